using Lockstep;
using Lockstep.Core.Recipes;
using Lockstep.Torch.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

return await Training.RunAsync(args, run => run
    .Model(() => Sequential(Linear(2, 64), Tanh(), Linear(64, 64), Tanh(), Linear(64, 1)))
    .Data(() => (Circles(4000), Circles(1000)))
    .Loss((net, batch) => functional.binary_cross_entropy_with_logits(net.call(batch.Inputs), batch.Targets))
    .Predict((net, batch) => net.call(batch.Inputs) > 0)
    .Metric("top1", (inside, batch) => (inside == (batch.Targets > 0.5)).squeeze(1))
    .Optimizer(new AdamWRecipe { Rate = 0.005 })
    .Batch(100)
    .Epochs(5));

static TensorSamples Circles(int count)
{
    var points = rand(count, 2) * 4 - 2; // torch is seeded before: every worker draws the same
    return new TensorSamples(points, (points.square().sum(1, keepdim: true) < 1.5).to(ScalarType.Float32));
}
