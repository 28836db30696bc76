using AlexNet.Core.Membership;

namespace AlexNet.Coordinator;

internal static partial class CoordinatorLog
{
    [LoggerMessage(LogLevel.Information, "Run {RunId} is {State}: {Reason}")]
    public static partial void StateChanged(this ILogger logger, string runId, RunState state, string reason);

    [LoggerMessage(LogLevel.Information, "Worker {Worker}, process {ProcessId} on {Host}: {What}. {Message}")]
    public static partial void WorkerChanged(this ILogger logger, string worker, int processId, string host, string what, string message);

    [LoggerMessage(LogLevel.Warning, "A worker was refused: {Reason}")]
    public static partial void Refused(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "Epoch {Epoch}, step {Step}: test accuracy {Top1}")]
    public static partial void Epoch(this ILogger logger, int epoch, long step, double top1);
}
