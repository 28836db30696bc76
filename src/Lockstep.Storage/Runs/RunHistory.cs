using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Runs;

/// <summary>What a run has recorded so far, whether it still runs, was interrupted, or has ended.</summary>
/// <param name="Steps">In order.</param>
/// <param name="Epochs">In order.</param>
public sealed record RunHistory(IReadOnlyList<StepRecord> Steps, IReadOnlyList<EpochRecord> Epochs)
{
    /// <summary>
    /// Reads a run's <c>metrics.jsonl</c>. A line that is no whole one is left out: the run may be writing it, or its disk was full.
    /// </summary>
    /// <exception cref="BadInputException">There is no such file, or no step in it.</exception>
    public static RunHistory Read(string runDirectory)
    {
        string path = Path.Combine(runDirectory, CheckpointFiles.Metrics);
        if (!File.Exists(path))
        {
            throw new BadInputException(
                $"'{runDirectory}' holds no run: '{CheckpointFiles.Metrics}' is missing; give the directory of a run that has begun."
            );
        }

        var (steps, epochs) = (new List<StepRecord>(), new List<EpochRecord>());
        using var reader = new StreamReader(new FileStream(InputFile.Require(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
        {
            var point = MetricsLine.Parse(line);
            if (point is StepRecord step)
                steps.Add(step);
            else if (point is EpochRecord epoch)
                epochs.Add(epoch);
        }

        return steps.Count > 0
            ? new(steps, epochs)
            : throw new BadInputException(
                $"'{path}' has no step yet; the run has recorded nothing to show. Wait for its first step, or look into "
                    + $"'{Path.Combine(runDirectory, "logs")}'."
            );
    }
}
