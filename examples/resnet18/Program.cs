// ResNet-18 in its form for small pictures, on CIFAR-10: resnet18 --data cifar-10-binary.tar.gz --replicas 2
using Examples;
using Lockstep;
using Lockstep.Core.Recipes;
using static TorchSharp.torch.nn;

return await Training.RunAsync(args, run =>
{
    var data = run.Setting("data", "", "CIFAR-10 in its binary format, a .tar.gz; drawn pictures without it.");
    var width = run.Setting("width", 64, "Channels of the first stage.");
    run.Model(() => new ResNet(width))
        .Data(() => Pictures.Cifar(data))
        .Loss((net, batch) => functional.cross_entropy(net.call(batch.Inputs), batch.Targets))
        .Predict((net, batch) => net.call(batch.Inputs))
        .Metric("top1", (logits, batch) => logits.argmax(1) == batch.Targets)
        .Optimizer(
            new TorchSgdRecipe
            {
                Rate = 0.1,
                Momentum = 0.9,
                WeightDecay = 5e-4,
                Nesterov = true,
            }
        )
        .Schedule(new CosineSchedule())
        .Batch(128)
        .Epochs(10);
});
