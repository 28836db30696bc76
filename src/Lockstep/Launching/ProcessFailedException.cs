namespace Lockstep.Launching;

/// <summary>A process of the run could not start, or ended before it should.</summary>
internal sealed class ProcessFailedException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
