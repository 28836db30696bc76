// LeNet-5 with max pooling on Fashion-MNIST: lenet --data DIR --replicas 2
using Examples;
using Lockstep;
using Lockstep.Core.Recipes;
using static TorchSharp.torch.nn;

return await Training.RunAsync(args, run =>
{
    var data = run.Setting("data", "", "Directory of Fashion-MNIST's four .gz files; drawn pictures without it.");
    run.Model(() =>
            Sequential(
                Sequential(Conv2d(1, 6, 5, padding: 2), ReLU(), MaxPool2d(2), Conv2d(6, 16, 5), ReLU(), MaxPool2d(2)),
                Sequential(Flatten(), Linear(400, 120), ReLU(), Linear(120, 84), ReLU(), Linear(84, 10))
            )
        )
        .Data(() => Pictures.Mnist(data))
        .Loss((net, batch) => functional.cross_entropy(net.call(batch.Inputs), batch.Targets))
        .Predict((net, batch) => net.call(batch.Inputs))
        .Metric("top1", (logits, batch) => logits.argmax(1) == batch.Targets)
        .Optimizer(new AdamRecipe { Rate = 0.001 })
        .Batch(128)
        .Epochs(3);
});
