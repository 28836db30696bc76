using AlexNet.Core.Errors;

namespace AlexNet.Worker;

/// <summary>What the process ends with.</summary>
internal sealed class WorkerOutcome
{
    public int ExitCode { get; set; } = ExitCodes.Failed;

    /// <summary>Updates of the weights that were made.</summary>
    public long Updates { get; set; }
}
