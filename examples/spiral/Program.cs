// A net of this program's own, trained on two spirals by as many workers as one likes:
//   spiral recipe FILE | spiral coordinator --recipe FILE --token T ... | spiral worker --coordinator URL --token T ...
using Lockstep.Coordinator.Services;
using Lockstep.Core.Metrics;
using Lockstep.Core.Recipes;
using Lockstep.Torch.Modules;
using Lockstep.Worker.Applications;
using Lockstep.Worker.Run;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Net = TorchSharp.Modules.Sequential;

var application = new ModuleApplication<Net>(
    "two spirals",
    samples: () => (Spirals(2000, turn: 0), Spirals(500, turn: 0.01)),
    module: () => Sequential(Linear(2, 64), Tanh(), Linear(64, 64), Tanh(), Linear(64, 2)),
    loss: (net, rows) => functional.cross_entropy(net.call(rows[0]), rows[1], reduction: Reduction.Sum),
    evaluate: (net, rows) =>
    {
        var logits = net.call(rows[0]);
        return [functional.cross_entropy(logits, rows[1], reduction: Reduction.Sum), (logits.argmax(1) == rows[1]).sum()];
    },
    MetricNames.TestLoss,
    "top1"
);
var recipe = new ModuleRecipe
{
    Name = "spiral",
    Module = new ShardSize(Parameters: 3 * 64 + 65 * 64 + 65 * 2, Tensors: 6),
    Optimizer = new AdamRecipe { Rate = 0.01 },
    Training = new TrainingRecipe { Batch = 100, Epochs = 30 },
    Layout = new LayoutRecipe { Replicas = 2 },
};

switch (args)
{
    case ["recipe", var file]:
        File.WriteAllText(file, RecipeJson.Write(recipe));
        return 0;
    case ["coordinator", .. var settings]:
        return await CoordinatorProgram.RunAsync(settings, ModuleRecipe.Reader);
    case ["worker", .. var settings]:
        return await WorkerProgram.RunAsync(settings, application);
    default:
        Console.Error.WriteLine("spiral needs 'recipe FILE', 'coordinator SETTINGS' or 'worker SETTINGS'.");
        return 2;
}

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
