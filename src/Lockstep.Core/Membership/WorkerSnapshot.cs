namespace Lockstep.Core.Membership;

/// <summary>How far a worker has come.</summary>
public enum WorkerStage
{
    Joined,

    /// <summary>It has read its data and waits for a slot.</summary>
    Loaded,

    /// <summary>It is connected to its peers, with weights in place.</summary>
    Ready,

    /// <summary>Its generation was broken by another worker, or ended in good order; it waits for the next.</summary>
    Stopped,

    /// <summary>It has stopped at the step that all agreed on to end early, and saved.</summary>
    Drained,

    /// <summary>It has made its last step and saved.</summary>
    Finished,

    /// <summary>It belongs to the generation that a coordinator before this one led, and has not come back yet.</summary>
    Away,

    /// <summary>It reported an error.</summary>
    Failed,

    /// <summary>Its session ended without a word.</summary>
    Lost,
}

/// <summary>What the coordinator knows of a worker at one moment.</summary>
/// <param name="Id">The name it joined with.</param>
/// <param name="Host">Name of its machine.</param>
/// <param name="ProcessId">Its process on that machine.</param>
/// <param name="PeerAddress">Where other workers reach it.</param>
/// <param name="Stage">How far it has come.</param>
public sealed record WorkerSnapshot(string Id, string Host, int ProcessId, string PeerAddress, WorkerStage Stage)
{
    /// <summary>Hash of its data; null until it has read them.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>It was asked to go and does, once its generation has ended: that is no loss of the run's.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>Whether it can take a slot.</summary>
    public bool IsAvailable => Stage is WorkerStage.Loaded or WorkerStage.Stopped && Fingerprint is not null && !IsLeaving;

    /// <summary>Its place in the plan; null until there is one.</summary>
    public int? Rank { get; init; }

    /// <summary>The last step that it reported, counted from 1; 0 before the first.</summary>
    public long LastStep { get; init; }

    /// <summary>When it told anything last, since its generation began to train.</summary>
    public DateTimeOffset Heard { get; init; }

    /// <summary>What it holds of the net; null for a newcomer.</summary>
    public Standing? Standing { get; init; }

    /// <summary>Its problem would come back in every generation, so the run cannot go on.</summary>
    public bool IsFatal { get; init; }

    /// <summary>What went wrong, where something did.</summary>
    public string? Problem { get; init; }

    /// <summary>The exit code that its problem calls for.</summary>
    public int ExitCode { get; init; } = Errors.ExitCodes.Failed;

    /// <summary>The rank that its problem puts the blame on; null for none.</summary>
    public int? Blames { get; init; }

    /// <summary>The rank to blame did not come in time, though its connection was there.</summary>
    public bool BlamesForLateness { get; init; }
}
