namespace Lockstep.Worker;

internal static partial class WorkerLog
{
    [LoggerMessage(LogLevel.Information, "Native library: {Report}")]
    public static partial void NativeLibrary(this ILogger logger, string report);

    [LoggerMessage(LogLevel.Information, "Joining {Coordinator} as {Worker}, device {Device}, threads: {Threads}")]
    public static partial void Joining(this ILogger logger, Uri coordinator, string worker, string device, int threads);

    [LoggerMessage(LogLevel.Warning, "The coordinator at {Coordinator} cannot be joined yet: {Reason}")]
    public static partial void CoordinatorUnreachable(this ILogger logger, Uri coordinator, string reason);

    [LoggerMessage(LogLevel.Warning, "{Caution}")]
    public static partial void Caution(this ILogger logger, string caution);

    [LoggerMessage(LogLevel.Information, "Joined run {RunId}; reading {Data}")]
    public static partial void Joined(this ILogger logger, string runId, string data);

    [LoggerMessage(LogLevel.Information, "{Notice}")]
    public static partial void Notice(this ILogger logger, string notice);

    [LoggerMessage(LogLevel.Information, "Generation {Generation}: slot {Slot} of {Topology}, from step {Step}")]
    public static partial void Planned(this ILogger logger, long generation, string slot, string topology, long step);

    [LoggerMessage(LogLevel.Information, "Weights of step {Step} are in {Directory}")]
    public static partial void Saved(this ILogger logger, long step, string directory);

    [LoggerMessage(LogLevel.Information, "It was asked to leave while it was not training; exit code {ExitCode}")]
    public static partial void LeftAtOnce(this ILogger logger, int exitCode);

    [LoggerMessage(LogLevel.Information, "All slots are taken; standing by")]
    public static partial void StandsBy(this ILogger logger);

    [LoggerMessage(LogLevel.Information, "Ending with exit code {ExitCode}")]
    public static partial void Finished(this ILogger logger, int exitCode);

    [LoggerMessage(LogLevel.Information, "Generation {Generation} ended after {Updates} updates: {End}")]
    public static partial void GenerationEnded(this ILogger logger, long generation, long updates, string end);

    [LoggerMessage(LogLevel.Information, "Bytes sent to other workers so far: {Bytes}")]
    public static partial void Sent(this ILogger logger, string bytes);

    [LoggerMessage(LogLevel.Warning, "Generation {Generation} was broken after {Updates} updates: {Reason}")]
    public static partial void GenerationBroken(this ILogger logger, long generation, long updates, string reason);

    [LoggerMessage(LogLevel.Warning, "The coordinator was lost ({Reason}); training goes on while it is tried again")]
    public static partial void CoordinatorLost(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The coordinator is back, in term {Term}; it has recorded step {Recorded}")]
    public static partial void CoordinatorBack(this ILogger logger, long term, long recorded);

    [LoggerMessage(LogLevel.Error, "Ending with exit code {ExitCode} after {Updates} updates: {Reason}")]
    public static partial void Failed(this ILogger logger, int exitCode, long updates, string reason);

    [LoggerMessage(LogLevel.Information, "Ending with exit code 0: {Reason}")]
    public static partial void Ended(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Debug, "Where it failed")]
    public static partial void FailedAt(this ILogger logger, Exception exception);
}
