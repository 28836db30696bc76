using Lockstep.Core.Metrics;
using Lockstep.Core.Texts;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Coordinator.Workers;

/// <summary>
/// What a worker's message must look like, whoever sent it: looked at before any of it is used, so that nothing behind this point meets a
/// missing part, a number that is none, or a text that would forge a line of a log. Whether it comes at the right time the run's loop
/// knows.
/// </summary>
internal static class WorkerMessageRules
{
    private const int LongestName = 256,
        LongestText = 64 * 1024,
        LongestClassName = 1024,
        MostClasses = 100_000,
        MostFiles = 64,
        MostRanks = 65_536,
        MostMetrics = 64,
        MostCopies = 16;
    private const int HashCharacters = 64,
        MostExitCode = 255;
    private const double MostSeconds = 1e10; // three centuries

    /// <summary>What is wrong with the first message of a session; null where nothing is.</summary>
    public static string? Problem(Join join) =>
        Name(join.WorkerId, "its name", least: 1)
        ?? Name(join.Host, "its host")
        ?? Name(join.Version, "its version")
        ?? Name(join.PeerAddress, "its address")
        ?? Name(join.MetricsAddress, "its metrics address")
        ?? Name(join.Device, "its device")
        ?? Name(join.InstructionSet, "its instruction set")
        ?? Name(join.Processor, "its processor")
        ?? Name(join.Libtorch, "its libtorch")
        ?? Name(join.Gpu, "its GPU")
        ?? Unless(Enum.IsDefined(join.Collectives), "sums that nobody makes")
        ?? Unless(Uri.TryCreate(join.PeerAddress, UriKind.Absolute, out _), "its address is no URL")
        ?? Unless(join is { ProcessId: >= 0, Threads: >= 0, Generation: >= 0, Rank: >= 0, Applied: >= 0 }, "a number is below 0")
        ?? (join.Loaded is { } loaded ? Problem(loaded) : Unless(join.Generation == 0, "it comes back and does not say what it has read"));

    /// <summary>What is wrong with any later message; null where nothing is.</summary>
    public static string? Problem(WorkerMessage message) =>
        message.MessageCase switch
        {
            WorkerMessage.MessageOneofCase.Loaded => Problem(message.Loaded),
            WorkerMessage.MessageOneofCase.Checkup => Problem(message.Checkup),
            WorkerMessage.MessageOneofCase.Ready => Problem(message.Ready),
            WorkerMessage.MessageOneofCase.Step => Problem(message.Step),
            WorkerMessage.MessageOneofCase.Evaluation => Problem(message.Evaluation),
            WorkerMessage.MessageOneofCase.Saved => Problem(message.Saved),
            WorkerMessage.MessageOneofCase.Finished => Unless(message.Finished.Steps >= 0, "a step below 0"),
            WorkerMessage.MessageOneofCase.Drained => Unless(message.Drained.Step >= 0, "a step below 0"),
            WorkerMessage.MessageOneofCase.Alive => null,
            WorkerMessage.MessageOneofCase.Standstill => Problem(message.Standstill),
            WorkerMessage.MessageOneofCase.Stopped => Text(message.Stopped.Message)
                ?? Unless(
                    message.Stopped is { LostRank: >= -1 and < MostRanks, Shard: >= 0, Shards: >= 0, Applied: >= -1 }
                        && message.Stopped.Copy >= 0
                        && message.Stopped.Kept is null or { Shard: >= 0, Steps.Count: <= MostCopies },
                    "a rank, shard or step that cannot be"
                ),
            WorkerMessage.MessageOneofCase.Failed => Text(message.Failed.Message)
                ?? Unless(message.Failed.ExitCode is >= 0 and <= MostExitCode, "an exit code that cannot be"),
            WorkerMessage.MessageOneofCase.Join => "a second join",
            _ => "a message that says nothing",
        };

    private static string? Problem(Loaded loaded) =>
        Name(loaded.Fingerprint, "a fingerprint", least: 1)
        ?? Unless(
            loaded is { TrainSamples: >= 0, TestSamples: >= 0 } && loaded.ClassNames.Count <= MostClasses,
            "a number of samples or classes that cannot be"
        )
        ?? Unless(
            loaded.ClassNames.All(n => n.Length <= LongestClassName && !n.Any(char.IsControl)),
            "a class's name that is too long or no text"
        );

    private static string? Problem(Ready ready) =>
        Unless(
            double.IsFinite(ready.BytesPerSecond)
                && double.IsFinite(ready.FlopsPerSecond)
                && ready is { BytesPerSecond: >= 0, FlopsPerSecond: >= 0 },
            "a speed that cannot be"
        )
        ?? Unless(
            ready.Parameters >= 0
                && ready.Transports.Count <= MostRanks
                && ready.Transports.All(t => t != Link.Types.Transport.Unspecified && Enum.IsDefined(t)),
            "links that cannot be"
        )
        ?? Unless(
            ready.Peers.Count <= MostRanks
                && ready.Peers.All(p => p.Rank is >= 0 and < MostRanks && IsDuration(p.Seconds) && IsRate(p.BytesPerSecond)),
            "links whose speeds cannot be"
        );

    private static string? Problem(Checkup checkup) =>
        Unless(
            checkup is { FreeMemory: >= 0 }
                && IsRate(checkup.DiskSpeed)
                && IsDuration(Math.Abs(checkup.ClockAhead))
                && IsDuration(checkup.ClockError),
            "a machine that cannot be"
        );

    private static string? Problem(StepReport step) =>
        Unless(step is { Step: > 0, Epoch: >= 0, Samples: >= 0, OwnSamples: >= 0 } && double.IsFinite(step.Rate), "a step that cannot be")
        ?? Problem(step.Phases);

    private static string? Problem(Phases? phases) =>
        Unless(
            phases is not null
                && new[]
                {
                    phases.Load,
                    phases.Forward,
                    phases.Exchange,
                    phases.Backward,
                    phases.Reduce,
                    phases.Vote,
                    phases.Update,
                    phases.Total,
                    phases.DataWait,
                    phases.SaveWait,
                    phases.Keep,
                }.All(IsDuration),
            "a step without its seconds"
        );

    private static string? Problem(EvaluationReport evaluation) =>
        Unless(
            evaluation is { Step: >= 0, Epoch: >= 0, Samples: >= 0, Metrics.Count: <= MostMetrics }
                && IsDuration(evaluation.Seconds)
                && evaluation.Metrics.All(IsMetric)
                && evaluation.Metrics.DistinctBy(m => m.Name).Count() == evaluation.Metrics.Count,
            "an evaluation that cannot be"
        );

    private static string? Problem(Standstill still) =>
        Name(still.Operation, "an operation")
        ?? Unless(still is { Step: > 0, WaitsFor: >= -1 and < MostRanks } && IsDuration(still.Seconds), "a standstill that cannot be");

    private static string? Problem(Saved saved) =>
        Text(saved.Problem)
        ?? Name(saved.WeightsHash, "a hash")
        ?? Name(saved.CommonHash, "a hash")
        ?? Unless(
            saved is { Step: >= 0, Shard: >= 0 } && IsDuration(saved.Seconds) && saved.Files.Count <= MostFiles && saved.Files.All(IsFile),
            "files that cannot be a checkpoint's"
        );

    private static bool IsFile(SavedFile file) =>
        file.Bytes >= 0
        && file.Sha256.Length == HashCharacters
        && file.Sha256.All(char.IsAsciiHexDigit)
        && file.Name.Length <= LongestName
        && file.Name == Path.GetFileName(file.Name)
        && file.Name.EndsWith(CheckpointFiles.Extension, StringComparison.Ordinal);

    private static bool IsMetric(MetricValue metric) =>
        MetricNames.IsName(metric.Name) && (!MetricNames.IsShare(metric.Name) || metric.Value is >= 0 and <= 1);

    private static bool IsDuration(double seconds) => seconds is >= 0 and <= MostSeconds;

    private static bool IsRate(double perSecond) => double.IsFinite(perSecond) && perSecond >= 0;

    private static string? Name(string text, string what, int least = 0) =>
        Unless(
            text.Length >= least && text.Length <= LongestName && text.All(VisibleText.IsVisible),
            $"{what} is too short, too long or no text"
        );

    private static string? Text(string text) =>
        Unless(text.Length <= LongestText && text.All(c => !char.IsControl(c) || char.IsWhiteSpace(c)), "a text that is too long or none");

    private static string? Unless(bool holds, string problem) => holds ? null : problem;
}
