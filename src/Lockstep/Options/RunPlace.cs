using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Objects;
using Lockstep.Objects.Caching;
using Lockstep.Objects.Runs;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Options;

/// <summary>Where a run is: in a directory, or in object storage with a working directory here.</summary>
/// <param name="Directory">Full path.</param>
/// <param name="Remote">The address that it is kept at; null for a run that stays in its directory.</param>
internal sealed record RunPlace(string Directory, ObjectAddress? Remote)
{
    /// <summary>What a user calls it.</summary>
    public string Name => Remote?.ToString() ?? Directory;

    /// <param name="given">A directory or an address. A working directory stands for the run that it belongs to.</param>
    /// <param name="workDirectory">Where a run at an address works; null for a place below the current directory.</param>
    /// <exception cref="BadInputException">The address is wrong, or a working directory is given without one.</exception>
    public static RunPlace Of(string given, string? workDirectory)
    {
        if (!ObjectAddress.Is(given))
        {
            string directory = Path.GetFullPath(given);
            var mark = RunMark.TryRead(directory);
            return workDirectory is null
                ? new(directory, mark is null ? null : ObjectAddress.Parse(mark.Address))
                : throw new BadInputException(
                    $"--work-dir is given, and '{given}' is no address in object storage; leave it out, or name s3://BUCKET/PREFIX."
                );
        }

        var address = ObjectAddress.Parse(given);
        return new(workDirectory is null ? RemoteRun.DefaultDirectory(address) : Path.GetFullPath(workDirectory), address);
    }

    /// <summary>Brings a run to go on with into its working directory: its records, and its newest whole checkpoint.</summary>
    /// <exception cref="BadInputException">The bucket cannot be used, or a program here leads the run.</exception>
    public void Prepare()
    {
        if (Remote is null)
            return;
        using var alone = RunLock.Take(Directory);
        LedRun.PrepareAsync(Remote, Directory, Console.Error.WriteLine).GetAwaiter().GetResult();
    }

    /// <summary>Makes sure that a new run can begin there.</summary>
    /// <exception cref="BadInputException">The bucket cannot be used, or holds a run there.</exception>
    public void RequireNew()
    {
        if (Remote is null)
            return;
        using var run = new RemoteRun(Remote);
        run.RequireAsync().GetAwaiter().GetResult();
        if (run.IsTrainedAsync().GetAwaiter().GetResult())
        {
            throw new BadInputException(
                $"--run-dir '{Remote}' holds a run already; go on with it ({Core.Runs.RunHints.Resume(Name)}), or give an address "
                    + "below which there is nothing."
            );
        }
    }

    /// <summary>
    /// A directory to read a run or a checkpoint from. What is in object storage is brought into this machine's cache: the records of the
    /// run, and one checkpoint where that is wanted.
    /// </summary>
    /// <param name="path">A directory, or an address of a run or of a checkpoint.</param>
    /// <param name="withCheckpoint">Brings the checkpoint that is named, or the newest that is whole.</param>
    /// <exception cref="BadInputException">There is no such run in the bucket.</exception>
    public static string Read(string path, bool withCheckpoint)
    {
        if (!ObjectAddress.Is(path))
            return path;
        var (address, step) = Split(ObjectAddress.Parse(path));
        string directory = address.DirectoryIn(Path.Combine(CacheFolder.Root, "runs"));
        using var run = new RemoteRun(address);
        run.RequireAsync().GetAwaiter().GetResult();
        if (!run.IsTrainedAsync().GetAwaiter().GetResult())
            throw new BadInputException($"'{address}' holds no run; give the address of one, s3://BUCKET/PREFIX.");
        using var alone = RunLock.Take(directory, TimeSpan.FromMinutes(10)); // another command may be bringing the same
        run.BringRecordsAsync(directory).GetAwaiter().GetResult();
        if (step is { } named)
            run.BringAsync(named, directory).GetAwaiter().GetResult();
        else if (withCheckpoint)
            run.BringNewestAsync(directory, Console.Error.WriteLine).GetAwaiter().GetResult();
        return step is { } one ? CheckpointFiles.Directory(directory, one) : directory;
    }

    /// <summary>The run of an address, and the step where it names a checkpoint.</summary>
    internal static (ObjectAddress Run, long? Step) Split(ObjectAddress address)
    {
        string[] parts = address.Key.Split('/');
        return parts.Length >= 2 && parts[^2] == CheckpointFiles.Folder && CheckpointFiles.StepOf(parts[^1]) is { } step
            ? (address with { Key = string.Join('/', parts[..^2]) }, step)
            : (address, null);
    }
}
