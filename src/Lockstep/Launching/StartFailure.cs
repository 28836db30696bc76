namespace Lockstep.Launching;

/// <summary>How an attempt to start a coordinator failed.</summary>
/// <param name="Kind">What of the attempt failed.</param>
/// <param name="How">The subject left out: "ended with exit code 1 ...", a sentence without its period.</param>
/// <param name="ExitCode">The exit code that the failure calls for.</param>
internal sealed record StartFailure(StartFailureKind Kind, string How, int ExitCode);

/// <summary>Kinds of <see cref="StartFailure"/>.</summary>
internal enum StartFailureKind
{
    /// <summary>It ended by itself, with an error.</summary>
    Ended,

    /// <summary>A signal from outside ended it.</summary>
    Killed,

    /// <summary>It did not listen in time.</summary>
    Slow,
}
