// A net of this program's own, trained on two spirals by as many workers as one likes: spiral --replicas 2
using Lockstep;
using Lockstep.Core.Recipes;
using Lockstep.Torch.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

return await Training.RunAsync(args, run =>
{
    var width = run.Setting("width", 64, "Neurons of each hidden layer.");
    run.Model(() => Sequential(Linear(2, width), Tanh(), Linear(width, width), Tanh(), Linear(width, 2)))
        .Data(() => (Spirals(2000, turn: 0), Spirals(500, turn: 0.01)))
        .Loss((net, batch) => functional.cross_entropy(net.call(batch.Inputs), batch.Targets))
        .Predict((net, batch) => net.call(batch.Inputs))
        .Metric("top1", (logits, batch) => logits.argmax(1) == batch.Targets)
        .Optimizer(new AdamRecipe { Rate = 0.01 })
        .Batch(100)
        .Epochs(30)
        .Replicas(2);
});

// Points of two arms that wind around each other, in turns, and the arm of each.
static TensorSamples Spirals(int count, double turn)
{
    using var scope = NewDisposeScope();
    var arm = arange(count) % 2;
    var radius = sqrt((arange(count, ScalarType.Float32) + 1) / count);
    var angle = 3 * Math.PI * (radius + turn) + arm * Math.PI;
    var points = stack([radius * cos(angle), radius * sin(angle)], 1).to(ScalarType.Float32);
    return new TensorSamples(points.DetachFromDisposeScope(), arm.to(ScalarType.Int64).DetachFromDisposeScope());
}
