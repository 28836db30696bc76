// Two layers on Fashion-MNIST: mlp --data DIR --replicas 2
using Examples;
using Lockstep;
using Lockstep.Core.Recipes;
using static TorchSharp.torch.nn;

return await Training.RunAsync(args, run =>
{
    var data = run.Setting("data", "", "Directory of Fashion-MNIST's four .gz files; drawn pictures without it.");
    run.Model(() => Sequential(Flatten(), Linear(784, 256), ReLU(), Linear(256, 10)))
        .Data(() => Pictures.Mnist(data))
        .Loss((net, batch) => functional.cross_entropy(net.call(batch.Inputs), batch.Targets))
        .Predict((net, batch) => net.call(batch.Inputs))
        .Metric("top1", (logits, batch) => logits.argmax(1) == batch.Targets)
        .Optimizer(new TorchSgdRecipe { Rate = 0.1, Momentum = 0.9 })
        .Batch(128)
        .Epochs(5);
});
