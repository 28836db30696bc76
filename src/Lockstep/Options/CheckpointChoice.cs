using Lockstep.Core.Errors;
using Lockstep.Objects;
using Lockstep.Objects.Runs;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Options;

/// <summary>Finds what an argument RUN|CHECKPOINT means.</summary>
internal static class CheckpointChoice
{
    /// <summary>
    /// The checkpoint itself, or the newest whole one of a run, every byte verified; those passed over are told on standard error.
    /// </summary>
    /// <exception cref="BadInputException">There is none, or it is damaged.</exception>
    public static StoredCheckpoint Find(string given)
    {
        string path = RunPlace.Read(given, withCheckpoint: true);
        if (IsRun(path))
        {
            return new CheckpointStore(path).NewestWhole(damaged => Tell(damaged.Problems))
                ?? throw new BadInputException(
                    $"run '{given}' holds no whole checkpoint; name a run that has saved one (at its end, or every "
                        + "'checkpoint.everySteps' steps)."
                );
        }

        var checkpoint = StoredCheckpoint.Read(path).Verify();
        return checkpoint.Problems.Count == 0 ? checkpoint : throw new BadInputException(checkpoint.Problems);
    }

    /// <summary>Every checkpoint of a run, newest first, or the one given; hashes are not read.</summary>
    /// <exception cref="BadInputException">There is nothing of this name.</exception>
    public static IReadOnlyList<StoredCheckpoint> All(string path) =>
        ObjectAddress.Is(path) ? RemoteCheckpoints(path, (run, checkpoint) => checkpoint)
        : IsRun(path) ? new CheckpointStore(path).List()
        : [StoredCheckpoint.Read(path)];

    /// <summary>The same after every byte was read and compared with its hash; those that the run deletes meanwhile are left out.</summary>
    /// <exception cref="BadInputException">There is nothing of this name.</exception>
    public static IEnumerable<StoredCheckpoint> Verified(string path) =>
        ObjectAddress.Is(path)
            ? RemoteCheckpoints(path, (run, checkpoint) => run.VerifyAsync(checkpoint).GetAwaiter().GetResult())
            : All(path).Select(c => c.Verify()).Where(c => Directory.Exists(c.Directory));

    /// <summary>Those of a run in object storage, or the one of an address.</summary>
    private static IReadOnlyList<StoredCheckpoint> RemoteCheckpoints(string path, Func<RemoteRun, StoredCheckpoint, StoredCheckpoint> look)
    {
        var (address, step) = RunPlace.Split(ObjectAddress.Parse(path));
        using var run = new RemoteRun(address);
        run.RequireAsync().GetAwaiter().GetResult();
        var found = run.DescribeAsync().GetAwaiter().GetResult();
        return [.. found.Where(c => step is null || c.Step == step).Select(c => look(run, c))];
    }

    /// <exception cref="BadInputException">There is nothing of this name.</exception>
    private static bool IsRun(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new BadInputException(
                $"'{path}' is not a directory; give the directory of a run, or of a checkpoint such as RUN/checkpoints/step-00001200."
            );
        }

        return !File.Exists(Path.Combine(path, CheckpointFiles.Manifest))
            && (File.Exists(Path.Combine(path, CheckpointFiles.Recipe)) || Directory.Exists(CheckpointFiles.Root(path)));
    }

    private static void Tell(IEnumerable<string> problems)
    {
        foreach (string problem in problems)
            Console.Error.WriteLine(problem);
    }
}
