using Lockstep.Core.Errors;
using Lockstep.Core.Metrics;
using Lockstep.Core.Recipes;
using Lockstep.Native;
using Lockstep.Torch.Modules;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Worker.Applications;

/// <summary>A net that a program makes itself, on samples that lie in memory.</summary>
/// <param name="name">What the data is called.</param>
/// <param name="samples">Opens the training and the test samples.</param>
/// <param name="module">Makes the net; torch is seeded before, so that all replicas begin with the same weights.</param>
/// <param name="loss">From the net and rows of the samples to the sum of the samples' losses.</param>
/// <param name="evaluate">From the net and rows of the test samples to the sums of <paramref name="metrics"/>, in their order.</param>
/// <param name="metrics">Names of those sums, such as <see cref="MetricNames.TestLoss"/>.</param>
public sealed class ModuleApplication<TModule>(
    string name,
    Func<(TensorSamples Train, TensorSamples Test)> samples,
    Func<TModule> module,
    Func<TModule, IReadOnlyList<Tensor>, Tensor> loss,
    Func<TModule, IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> evaluate,
    params IReadOnlyList<string> metrics
) : IApplication
    where TModule : nn.Module
{
    private string DataName => name;

    public IWorkload Read(string recipe, string source, string? data) =>
        data is null
            ? new Workload(this, ModuleRecipe.Reader.Read(recipe, source))
            : throw new BadInputException($"setting 'data' is '{data}', and this program brings its samples itself; leave it out.");

    private RunData Open()
    {
        NativeLibraries.Load();
        var (train, test) = samples();
        return new RunData(TensorSamples.Identify(train, test, []), train, test);
    }

    private ModuleTrainable Create(ModuleRecipe recipe, Device device)
    {
        manual_seed(recipe.Seed);
        var net = module();
        return new ModuleTrainable(net, rows => loss(net, rows), (rows, sums) => Add(net, rows, sums), metrics, device, recipe.Seed);
    }

    private void Add(TModule net, IReadOnlyList<Tensor> rows, MetricSums sums)
    {
        foreach (var (metric, value) in metrics.Zip(evaluate(net, rows)))
            sums.Add(metric, value.to(ScalarType.Float64).item<double>());
    }

    private sealed class Workload(ModuleApplication<TModule> application, ModuleRecipe recipe) : IWorkload
    {
        public RunRecipe Recipe => recipe;

        public string DataName => application.DataName;

        public RunData Open() => application.Open();

        public ITrainable Create(TrainablePlace place) => application.Create(recipe, place.Device);
    }
}
