using Lockstep.Core.Metrics;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Checkpoints;

/// <summary>
/// The checkpoints of a run directory. A generation gathers files in a directory of its own; <see cref="Publish"/> makes them a checkpoint:
/// manifest last, then the name <c>step-00001200</c>. A checkpoint is deleted under another name, so half of one is never taken for whole.
/// </summary>
public sealed class CheckpointStore(string runDirectory)
{
    private const string Deleted = ".deleted-";

    /// <summary>Every checkpoint, newest first, unfinished and damaged ones included; hashes are not read.</summary>
    public IReadOnlyList<StoredCheckpoint> List() =>
        [
            .. from directory in Directories()
            let name = CheckpointName.Parse(directory)
            where name is not null
            orderby name.Step descending, name.Generation ?? long.MaxValue descending
            let found = StoredCheckpoint.Read(directory)
            where Directory.Exists(directory) // not deleted meanwhile
            select found,
        ];

    /// <summary>The newest checkpoint of which every byte is as it was written; null if there is none.</summary>
    /// <param name="damaged">Receives each newer one that is passed over; unfinished ones are not told.</param>
    public StoredCheckpoint? NewestWhole(Action<StoredCheckpoint>? damaged = null)
    {
        foreach (var checkpoint in List().Where(c => c.State != CheckpointState.Unfinished).Select(c => c.Verify()))
        {
            if (checkpoint.State == CheckpointState.Whole)
                return Named(checkpoint);
            damaged?.Invoke(checkpoint);
        }
        return null;
    }

    /// <summary>Makes a checkpoint of the files that its generation has gathered in <see cref="CheckpointFiles.Unfinished"/>.</summary>
    /// <returns>Its directory; a checkpoint of the same step that was there before is replaced.</returns>
    /// <exception cref="IOException">A file is not as it was written, or the disk cannot be written; there is no new checkpoint
    /// then.</exception>
    public string Publish(Manifest manifest)
    {
        string gathered = CheckpointFiles.Unfinished(runDirectory, manifest.Step, manifest.Generation);
        string final = CheckpointFiles.Directory(runDirectory, manifest.Step);
        manifest.Write(gathered); // whole from here on, under either name
        string? old = Directory.Exists(final) ? MoveAway(final) : null;
        Directory.Move(gathered, final);
        DirectorySync.Flush(CheckpointFiles.Root(runDirectory));
        if (old is not null)
            Directory.Delete(old, recursive: true);
        return final;
    }

    /// <summary>How many checkpoints of a generation are unfinished.</summary>
    public int Unfinished(long generation) => Directories().Count(d => CheckpointName.Parse(d)?.Generation == generation);

    /// <summary>Frees the space of a save that failed.</summary>
    public void Abandon(long step, long generation)
    {
        if (CheckpointFiles.Unfinished(runDirectory, step, generation) is var gathered && Directory.Exists(gathered))
            Delete(gathered);
    }

    /// <summary>Nobody writes to this run any more: frees the space of what was being saved, which never becomes whole.</summary>
    public void DeleteUnfinished()
    {
        foreach (var unfinished in List().Where(c => c.State == CheckpointState.Unfinished))
            Delete(unfinished.Directory);
    }

    /// <summary>Deletes all but the newest whole checkpoints and the best, with everything older that is unfinished or damaged.</summary>
    /// <param name="keep">How many of the newest; 1 or more.</param>
    /// <param name="verifiedStep">A whole checkpoint that need not be read again to be sure of it, such as the one just published.</param>
    /// <param name="generation">The generation that published it, and may be collecting newer ones; null where nobody is.</param>
    /// <returns>The directories deleted: none if no byte-perfect checkpoint would remain.</returns>
    public IReadOnlyList<string> Retain(int keep, long? verifiedStep = null, long? generation = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        foreach (string leftover in Directories().Where(d => d.Contains(Deleted, StringComparison.Ordinal)))
            Directory.Delete(leftover, recursive: true);

        var sinceNewest = List().SkipWhile(c => c.State != CheckpointState.Whole).ToList();
        var whole = sinceNewest.Where(c => c.State == CheckpointState.Whole).ToList();
        var kept = whole.Take(keep).Union(BestOf(whole)).ToList();
        var surplus = sinceNewest.Except(kept).Where(c => c.State != CheckpointState.Unfinished || IsOver(c)).ToList();
        if (surplus.Count == 0 || !kept.Any(c => c.Step == verifiedStep || c.Verify().State == CheckpointState.Whole))
            return [];
        surplus.ForEach(c => Delete(c.Directory));
        return [.. surplus.Select(c => c.Directory)];

        // a generation completes its checkpoints in the order of their steps
        bool IsOver(StoredCheckpoint unfinished) =>
            generation is null
                ? unfinished.Step < whole[0].Step
                : CheckpointName.Parse(unfinished.Directory)?.Generation is { } own
                    && (own < generation || (own == generation && unfinished.Step < verifiedStep));
    }

    /// <summary>Whoever published it was killed between its manifest and its name: it gets that now.</summary>
    private StoredCheckpoint Named(StoredCheckpoint checkpoint)
    {
        string final = CheckpointFiles.Directory(runDirectory, checkpoint.Step);
        if (checkpoint.Directory == final)
            return checkpoint;
        string? old = Directory.Exists(final) ? MoveAway(final) : null;
        Directory.Move(checkpoint.Directory, final);
        if (old is not null)
            Directory.Delete(old, recursive: true);
        return checkpoint with { Directory = final };
    }

    /// <summary>
    /// The one that was evaluated best; a run that is stopped at the end of an epoch evaluates after it is resumed, so what one is worth
    /// only a later manifest may say.
    /// </summary>
    private static IEnumerable<StoredCheckpoint> BestOf(IReadOnlyList<StoredCheckpoint> whole)
    {
        var evaluated = whole.SelectMany(c => c.Manifest?.Evaluations ?? []).DistinctBy(e => e.Step).ToDictionary(e => e.Step);
        var objective = whole.Select(c => c.Manifest?.Objective).FirstOrDefault(o => o is not null) ?? Objective.Top1;
        // of equals the first, as everywhere
        return whole
            .Where(c => evaluated.ContainsKey(c.Step))
            .OrderByDescending(c => objective.Score(evaluated[c.Step].Metrics))
            .ThenBy(c => c.Step)
            .Take(1);
    }

    private static void Delete(string directory) => Directory.Delete(MoveAway(directory), recursive: true);

    private static string MoveAway(string directory)
    {
        string away = $"{directory}{Deleted}{Guid.NewGuid():N}";
        Directory.Move(directory, away);
        return away;
    }

    private string[] Directories() =>
        Directory.Exists(CheckpointFiles.Root(runDirectory)) ? Directory.GetDirectories(CheckpointFiles.Root(runDirectory)) : [];
}
