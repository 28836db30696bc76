namespace Lockstep.Core.Membership;

/// <summary>The membership of a run at one moment.</summary>
/// <param name="State">Where the run stands.</param>
/// <param name="Since">When it came into that state.</param>
/// <param name="Workers">In the order of joining; those of the generation in force have a rank.</param>
public sealed record MembershipSnapshot(RunState State, DateTimeOffset Since, IReadOnlyList<WorkerSnapshot> Workers)
{
    /// <summary>The generation in force, or the last; 0 before the first.</summary>
    public long Generation { get; init; }

    /// <summary>Replicas of that generation.</summary>
    public int Replicas { get; init; }

    /// <summary>Other workers hold each part of the net of that generation after every step, so that it needs no checkpoint.</summary>
    public bool IsKept { get; init; }

    /// <summary>Why the generation in force is to be followed by one of the same workers; null where it is not.</summary>
    public string? WhyAnother { get; init; }

    /// <summary>Generations that a loss has ended.</summary>
    public int Restarts { get; init; }

    /// <summary>A checkpoint is still incomplete: files are missing, or <see cref="IsPublishing"/>.</summary>
    public bool IsSaving { get; init; }

    /// <summary>All files of a checkpoint are there and are being verified.</summary>
    public bool IsPublishing { get; init; }

    /// <summary>The newest step of the generation in force, or of the last, of which there is a whole checkpoint; 0 for none.</summary>
    public long SavedStep { get; init; }

    /// <summary>Saves that have failed since the last one that succeeded; null for none.</summary>
    public FailedSave? FailedSave { get; init; }

    /// <summary>The generation that is settling ends at a border between two steps, where those that had none left do not answer.</summary>
    public bool EndsAtBorder { get; init; }

    /// <summary>Somebody has asked the run to end at the next step.</summary>
    public bool DrainAsked { get; init; }
}
