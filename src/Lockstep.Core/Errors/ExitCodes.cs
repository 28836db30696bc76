namespace Lockstep.Core.Errors;

/// <summary>The exit codes of every program of the project; they are contract.</summary>
public static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadInput = 2;

    /// <summary>Interrupted, with a checkpoint saved.</summary>
    public const int Interrupted = 3;

    /// <summary>The memory of a GPU or of the machine did not suffice; the message says what takes less.</summary>
    public const int MemoryExhausted = 4;

    /// <summary>What was compared differs.</summary>
    public const int Different = 5;

    /// <summary>A run has failed in the same way at the same step as at its start before: nobody is to start it again unasked.</summary>
    public const int FailedAgain = 6;
}
