using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Native;
using Lockstep.Torch.Modules;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Worker.Applications;

/// <summary>A net that a program makes itself.</summary>
/// <param name="name">What the data is called.</param>
/// <param name="samples">Opens the training and the test samples; torch is seeded before.</param>
/// <param name="net">
/// Makes the net, and what it is trained to do; torch is seeded before, so that all replicas begin with the same weights.
/// </param>
/// <param name="take">Hears the recipe of the run before anything is made.</param>
/// <param name="body">The program's own loop over the steps of such a net; null for none.</param>
public sealed class ModuleApplication(
    string name,
    Func<(ModuleSamples Train, ModuleSamples Test)> samples,
    Func<(nn.Module Module, ModuleTask Task)> net,
    Action<ModuleRecipe> take,
    Action<nn.Module, StepLoop>? body = null
) : IApplication
{
    private LoopThread? _loop; // of the net that was made last

    private string DataName => name;

    public IWorkload Read(string recipe, string source, string? data) =>
        data is null
            ? new Workload(this, ModuleRecipe.Reader.Read(recipe, source))
            : throw new BadInputException($"setting 'data' is '{data}', and this program brings its samples itself; leave it out.");

    /// <summary>Makes the net as a run of a recipe would.</summary>
    public ModuleTrainable Create(ModuleRecipe recipe, Device device, Action<string> notice)
    {
        NativeLibraries.Load();
        take(recipe);
        manual_seed(recipe.Seed);
        var (module, task) = net();
        if (!task.Phases.Select(p => p.Name).SequenceEqual(recipe.Training.Phases ?? []))
        {
            throw new BadInputException(
                $"the run's phases ('training.phases') are {Names(recipe.Training.Phases ?? [])}, and this program's are "
                    + $"{Names([.. task.Phases.Select(p => p.Name)])}; go on with the program that began the run."
            );
        }

        task = task with { SyncBatchNorm = recipe.SyncBatchNorm };
        if (body is { } own)
            task = task with { Loop = _loop = LoopThread.Start(loop => own(module, loop)) };
        return new ModuleTrainable(module, task, device, recipe.Training.Precision, recipe.Seed, notice);
    }

    private static string Names(IReadOnlyList<string> phases) => phases.Count == 0 ? "none" : string.Join(", ", phases);

    /// <summary>Opens the samples.</summary>
    public RunData Open(ModuleRecipe recipe)
    {
        NativeLibraries.Load();
        take(recipe);
        manual_seed(recipe.Seed);
        var (train, test) = samples();
        return new RunData(new DataIdentity($"{train.Fingerprint} {test.Fingerprint}", train.Count, test.Count, []), train, test);
    }

    private sealed class Workload(ModuleApplication application, ModuleRecipe recipe) : IWorkload
    {
        public RunRecipe Recipe => recipe;

        public string DataName => application.DataName;

        public IProgramLoop? Loop => application._loop;

        public RunData Open() => application.Open(recipe);

        public ITrainable Create(TrainablePlace place) => application.Create(recipe, place.Device, place.Notice);
    }
}
