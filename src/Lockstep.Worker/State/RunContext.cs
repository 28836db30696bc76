using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Torch.Devices;
using Lockstep.Worker.Applications;
using Lockstep.Worker.Control;
using TorchSharp;

namespace Lockstep.Worker.State;

/// <summary>What stays the same for this worker over all generations of a run.</summary>
/// <param name="RunId">Name of the run.</param>
/// <param name="Workload">Makes what is trained.</param>
/// <param name="Data">What it is trained on.</param>
/// <param name="Device">Where the arithmetic runs.</param>
/// <param name="Gpu">How, where that is a GPU.</param>
/// <param name="Session">The way to the coordinator.</param>
internal sealed record RunContext(
    string RunId,
    IWorkload Workload,
    RunData Data,
    torch.Device Device,
    GpuOptions Gpu,
    CoordinatorSession Session
)
{
    public RunRecipe Recipe => Workload.Recipe;

    /// <summary>Hears what the user should know of the net.</summary>
    public Action<string> Notice { get; init; } = _ => { };

    public StepPlan Steps { get; } = StepPlan.Of(Workload.Recipe, Data.Train.Count);
}
