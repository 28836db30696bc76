namespace Lockstep.Worker.Run;

/// <summary>The coordinator has ended the run at once.</summary>
/// <param name="reason">Why.</param>
/// <param name="exitCode">What it wants the worker to end with.</param>
internal sealed class RunEndedException(string reason, int exitCode) : Exception($"the run was ended: {reason}")
{
    public int ExitCode => exitCode;
}
