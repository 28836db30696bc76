using Lockstep.Storage.Checkpoints;

namespace Lockstep.Storage.Runs;

/// <summary>Tells a directory in which something was trained from one that holds only what a start that failed has left.</summary>
public static class TrainedRun
{
    /// <summary>Whether a step is recorded, or any of a checkpoint is there.</summary>
    public static bool IsIn(string runDirectory) =>
        new FileInfo(Path.Combine(runDirectory, CheckpointFiles.Metrics)) is { Exists: true, Length: > 0 }
        || (
            Directory.Exists(CheckpointFiles.Root(runDirectory))
            && Directory.EnumerateFileSystemEntries(CheckpointFiles.Root(runDirectory)).Any()
        );
}
