using Lockstep.Core.Errors;

namespace Lockstep.Storage.Checkpoints;

/// <summary>A checkpoint's directory, as it was found.</summary>
public sealed record StoredCheckpoint
{
    public required string Directory { get; init; }

    /// <summary>Updates done, by the manifest, or where that cannot be read by the directory's name; -1 where neither tells.</summary>
    public required long Step { get; init; }

    /// <summary>Null where it cannot be read.</summary>
    public required Manifest? Manifest { get; init; }

    public required CheckpointState State { get; init; }

    /// <summary>Everything found wrong, each with the remedy; none for a whole one.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Length of all files in the directory.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it was last written to.</summary>
    public required DateTimeOffset Written { get; init; }

    /// <summary>Reads a checkpoint's manifest and the lengths of its files.</summary>
    /// <param name="directory">Whether it is there or not.</param>
    public static StoredCheckpoint Read(string directory)
    {
        var files = Files(directory);
        var name = CheckpointName.Parse(directory);
        var (manifest, problems) = ReadManifest(directory, name);
        bool unfinished = name?.Generation is not null && files.All(f => f.Name != CheckpointFiles.Manifest);
        return new StoredCheckpoint
        {
            Directory = directory,
            Step = manifest?.Step ?? name?.Step ?? -1,
            Manifest = manifest,
            State =
                unfinished ? CheckpointState.Unfinished
                : problems.Count > 0 ? CheckpointState.Damaged
                : CheckpointState.Whole,
            Problems = problems,
            Bytes = files.Sum(Length),
            Written = files.Select(f => f.LastWriteTimeUtc).Append(System.IO.Directory.GetLastWriteTimeUtc(directory)).Max(),
        };
    }

    /// <summary>This checkpoint after every byte of it was read and compared with its hash.</summary>
    public StoredCheckpoint Verify()
    {
        if (State != CheckpointState.Whole || Manifest is null)
            return this;
        var problems = Manifest.Problems(Directory, hash: true);
        return problems.Count == 0 ? this : this with { State = CheckpointState.Damaged, Problems = problems };
    }

    private static FileInfo[] Files(string directory)
    {
        try
        {
            return new DirectoryInfo(directory).GetFiles();
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>The length of a file; 0 where another process has deleted it since it was listed.</summary>
    private static long Length(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    private static (Manifest? Manifest, IReadOnlyList<string> Problems) ReadManifest(string directory, CheckpointName? name)
    {
        try
        {
            var manifest = Manifest.Read(directory);
            return name is not null && name.Step != manifest.Step
                ? (
                    null,
                    [
                        $"checkpoint '{directory}': its manifest is of step {manifest.Step}; its name requires step {name.Step}. "
                            + $"{Manifest.Remedy}",
                    ]
                )
                : (manifest, manifest.Problems(directory, hash: false));
        }
        catch (BadInputException e)
        {
            return (null, e.Errors);
        }
    }
}
