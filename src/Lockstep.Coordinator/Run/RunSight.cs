using Lockstep.Coordinator.Recording;
using Lockstep.Core.Membership;
using Lockstep.Core.Runs;
using Lockstep.Core.Schedules;
using Lockstep.Core.Status;
using Lockstep.Protocol.V1;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Run;

/// <summary>
/// A coordinator's state at one moment, copied between two turns of its loop; what follows from it is worked out afterwards.
/// </summary>
/// <param name="RunId">Name of the run.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Since">Since when.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Plan">The plan of the generation in force, or of the last; null before the first.</param>
internal sealed record RunSight(string RunId, RunState State, DateTimeOffset Since, string Reason, Plan? Plan)
{
    /// <summary>On the coordinator's <see cref="Hosting.SteadyClock"/>, as all its moments are.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The same moment on the machine's clock, which may have been set since the coordinator started.</summary>
    public required DateTimeOffset WallClock { get; init; }

    public required TimelineSnapshot Timeline { get; init; }

    public long Term { get; init; }

    public int Restarts { get; init; }

    public bool DrainAsked { get; init; }

    public bool SaveAsked { get; init; }

    /// <summary>0 until a worker has read the data.</summary>
    public int TrainSamples { get; init; }

    /// <summary>In the order of joining.</summary>
    public IReadOnlyList<SeenWorker> Workers { get; init; } = [];

    /// <summary>The last step that all have made.</summary>
    public long Step { get; init; }

    public EpochDone? LastEpoch { get; init; }

    public IReadOnlyList<Evaluation> Evaluations { get; init; } = [];

    public CurvesStatus Curves { get; init; } = new();

    /// <summary>What the run's time went to.</summary>
    public Goodput Goodput { get; init; } = new([]);
}

/// <summary>A worker of the roster.</summary>
/// <param name="Worker">What is known of it.</param>
/// <param name="Device">Where it computes; empty where that is not known.</param>
/// <param name="LastMessage">What it said last; null before its first word after joining.</param>
/// <param name="LastHeard">When.</param>
internal sealed record SeenWorker(WorkerSnapshot Worker, string Device, WorkerMessage? LastMessage, DateTimeOffset LastHeard);
