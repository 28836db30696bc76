using Lockstep.Core.Errors;

namespace Lockstep.Worker.Run;

/// <summary>What the process ends with.</summary>
internal sealed class WorkerOutcome
{
    public int ExitCode { get; private set; } = ExitCodes.Failed;

    /// <summary>It was asked to end while there was nothing to wait for.</summary>
    public bool LeavesAtOnce { get; private set; }

    /// <summary>Updates of the weights that were made.</summary>
    public long Updates { get; set; }

    /// <summary>The worker has come to its end, whether it was asked to or not.</summary>
    public void End(int exitCode)
    {
        if (!LeavesAtOnce)
            ExitCode = exitCode;
    }

    /// <summary>Whatever comes of the work that is under way, the process ends as it was asked to.</summary>
    public void LeaveAtOnce() => (LeavesAtOnce, ExitCode) = (true, ExitCodes.Interrupted);
}
