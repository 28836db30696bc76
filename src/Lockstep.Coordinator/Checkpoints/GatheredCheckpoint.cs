using Lockstep.Core.Runs;
using Lockstep.Core.Schedules;
using Lockstep.Protocol.V1;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Checkpoints;

/// <summary>A checkpoint all of whose parts the workers have saved.</summary>
/// <param name="Plan">The plan of its generation.</param>
/// <param name="Parts">What each worker has saved, in rank order.</param>
/// <param name="Contents">What else its manifest tells.</param>
internal sealed record GatheredCheckpoint(Plan Plan, IReadOnlyList<Saved> Parts, CheckpointContents Contents)
{
    public long Step => Parts[0].Step;

    /// <summary>Too many newer ones wait.</summary>
    public bool IsGivenUp { get; init; }
}

/// <summary>What a manifest tells beside its files.</summary>
/// <param name="Environment">What decides the last bits.</param>
/// <param name="Evaluations">Every one so far.</param>
/// <param name="TrainSamples">The training samples of the data set.</param>
internal sealed record CheckpointContents(RunEnvironment Environment, IReadOnlyList<Evaluation> Evaluations, int TrainSamples)
{
    /// <summary>The data that the run trains on.</summary>
    public DataIdentity? Data { get; init; }
}
