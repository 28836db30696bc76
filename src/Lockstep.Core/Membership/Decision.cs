namespace Lockstep.Core.Membership;

/// <summary>What is to be done, and why.</summary>
/// <param name="Next">The state to go to; the present one if nothing changes.</param>
/// <param name="Reason">A full sentence for people.</param>
/// <param name="ExitCode">For a run that ends.</param>
public sealed record Decision(RunState Next, string Reason, int ExitCode = Errors.ExitCodes.Done)
{
    /// <summary>The worker that is given up with the generation, whatever it says of itself; null where nobody was missed.</summary>
    public string? Missed { get; init; }

    /// <summary>What ended the generation, where <see cref="Missed"/> names somebody.</summary>
    public RestartCause Cause { get; init; }

    /// <summary>
    /// What failed, and where, if another start would probably meet it again; null where it may pass, as a full disk or a missing machine.
    /// </summary>
    public FailureMark? Fault { get; init; }

    /// <summary>Replicas of the generation to form.</summary>
    public int Replicas { get; init; }

    /// <summary>Why a run that is done ended before its last step; null where it did not.</summary>
    public string? EndedEarly { get; init; }
}
