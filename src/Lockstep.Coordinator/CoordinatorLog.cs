using Lockstep.Core.Membership;

namespace Lockstep.Coordinator;

internal static partial class CoordinatorLog
{
    [LoggerMessage(LogLevel.Information, "Run {RunId} is {State}: {Reason}")]
    public static partial void StateChanged(this ILogger logger, string runId, RunState state, string reason);

    [LoggerMessage(LogLevel.Information, "Worker {Worker}, process {ProcessId} on {Host}: {What}. {Message}")]
    public static partial void WorkerChanged(this ILogger logger, string worker, int processId, string host, string what, string message);

    [LoggerMessage(LogLevel.Information, "Other workers keep the parts of the net that exist once, every:{Every}, for {Cost} of a step")]
    public static partial void Keeps(this ILogger logger, int every, double cost);

    [LoggerMessage(LogLevel.Warning, "Unlike the others: {Message}")]
    public static partial void Noticed(this ILogger logger, string message);

    [LoggerMessage(LogLevel.Information, "Checkpoint of step {Step} is whole: {Directory}, {Bytes} bytes, written in {Seconds} s")]
    public static partial void Saved(this ILogger logger, long step, string directory, long bytes, double seconds);

    [LoggerMessage(LogLevel.Error, "Step {Step} was not saved; training goes on: {Reason}")]
    public static partial void NotSaved(this ILogger logger, long step, string reason);

    [LoggerMessage(LogLevel.Error, "Steps are missing in '{File}' from here on; training goes on: {Reason}")]
    public static partial void NotRecorded(this ILogger logger, string file, string reason);

    [LoggerMessage(LogLevel.Warning, "Left out of '{File}': {Lines} that cannot be read as a record")]
    public static partial void LinesLeftOut(this ILogger logger, string file, string lines);

    [LoggerMessage(
        LogLevel.Warning,
        "'{File}' is damaged ({Reason}); it is kept as '{Kept}', and the run goes on from its newest whole checkpoint with a new one"
    )]
    public static partial void LedgerRebuilt(this ILogger logger, string file, string reason, string kept);

    [LoggerMessage(LogLevel.Error, "That the run has ended was not recorded: {Reason}")]
    public static partial void EndNotRecorded(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "The names of the classes were not recorded, training goes on: {Reason}")]
    public static partial void ClassesNotRecorded(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "Checkpoint {Directory} is damaged, the one before it is used: {Problems}")]
    public static partial void Damaged(this ILogger logger, string directory, string problems);

    [LoggerMessage(LogLevel.Warning, "The run goes on from step {Step} equal within tolerance, not bit for bit: {Differences}")]
    public static partial void NotExact(this ILogger logger, long step, string differences);

    [LoggerMessage(
        LogLevel.Warning,
        "The run was begun by a version that did not record its data: whether they are still the same is not known. From now on they are "
            + "recorded."
    )]
    public static partial void DataNotKnown(this ILogger logger);

    [LoggerMessage(LogLevel.Warning, "These times are out of order, so the cause of a loss may be told less exactly: {Problem}")]
    public static partial void TimesOutOfOrder(this ILogger logger, string problem);

    [LoggerMessage(LogLevel.Information, "Gradients are reduced by {How}. {Reason}")]
    public static partial void Reduces(this ILogger logger, string how, string reason);

    [LoggerMessage(LogLevel.Information, "The operator asks at the status page, from {Address}: {Action}. {Answer}")]
    public static partial void Asked(this ILogger logger, string address, string action, string answer);

    [LoggerMessage(LogLevel.Error, "The end of the run was not recorded in the bucket, its checkpoints are there: {Reason}")]
    public static partial void BucketNotFinished(this ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "Epoch {Epoch}, step {Step}: {Metrics}")]
    public static partial void Epoch(this ILogger logger, int epoch, long step, string metrics);
}
