using Lockstep.Coordinator.Recording;
using Lockstep.Core.Membership;
using Lockstep.Core.Reductions;
using Lockstep.Core.Runs;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Run;

/// <summary>What a coordinator finds on disk when it starts.</summary>
internal sealed record RunPast
{
    /// <summary>Name of the run; null in a new directory.</summary>
    public string? RunId { get; init; }

    /// <summary>What tells a run that begins now from every other.</summary>
    public string NewId { get; init; } = "new";

    /// <summary>Grows with each start of a coordinator of this run.</summary>
    public long Term { get; init; } = 1;

    /// <summary>The run goes on from its newest whole checkpoint, and not from where workers that live stand.</summary>
    public bool IsResumed { get; init; }

    public int Restarts { get; init; }

    /// <summary>The last generation that was announced; null before the first.</summary>
    public Plan? Plan { get; init; }

    /// <summary>The secret of its workers.</summary>
    public string PeerToken { get; init; } = "";

    /// <summary>The last generation that has begun to train; 0 before the first.</summary>
    public long Started { get; init; }

    public bool IsDrainAsked { get; init; }

    /// <summary>An operator has ended the run, or asked for that.</summary>
    public bool IsHeld { get; init; }

    /// <summary>How the run has ended; null while it has not.</summary>
    public Decision? End { get; init; }

    /// <summary>The data that the run trains on; null while that is not known.</summary>
    public DataIdentity? Data { get; init; }

    /// <summary>Which layers' gradients travel as factors; null while that is not chosen.</summary>
    public FactorChoice? Factors { get; init; }

    /// <summary>How often parts that exist once are kept, where the run has chosen that; null while it has not.</summary>
    public int? Protection { get; init; }

    /// <summary>The newest step of <see cref="Plan"/> that is a checkpoint; 0 for none.</summary>
    public long SavedStep { get; init; }

    /// <summary>Steps and evaluations that were recorded, in order.</summary>
    public IReadOnlyList<RunEvent> Records { get; init; } = [];

    /// <summary>The run has not ended, or its end is not told: this coordinator leads it on.</summary>
    public bool IsTakenOver => RunId is not null && !IsResumed;

    /// <summary>Reads it; the files of the run go on behind what is recorded.</summary>
    public static RunPast Of(RunLedger ledger, RunFiles files, CheckpointStore checkpoints)
    {
        var records = files.Read(long.MaxValue);
        files.GoOn(records);
        var led = ledger.Generation;
        return new RunPast
        {
            RunId = ledger.RunId,
            NewId = $"{Guid.CreateVersion7():N}",
            Term = ledger.Term,
            IsResumed = ledger.IsResumed,
            Restarts = ledger.Restarts,
            Plan = led?.Plan,
            PeerToken = led?.PeerToken ?? "",
            Started = ledger.Started,
            IsDrainAsked = ledger.IsDrainAsked,
            IsHeld = ledger.IsHeld,
            End = ledger.End,
            Data = ledger.Data,
            Factors = ledger.Factors,
            Protection = ledger.Protection,
            SavedStep = led is { Plan.Generation: var generation }
                ? checkpoints.List().Where(c => c.Manifest?.Generation == generation).Select(c => c.Step).DefaultIfEmpty(0).Max()
                : 0,
            Records = [.. records.Points.Select(p => p.ToEvent())],
        };
    }
}
