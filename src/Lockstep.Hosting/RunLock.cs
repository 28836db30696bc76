using System.Diagnostics;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Storage.Files;

namespace Lockstep.Hosting;

/// <summary>
/// One program leads a run: <c>alexnet train</c> with its own coordinator, or a coordinator that was started by hand. It holds
/// <c>run.lock</c> in the run directory before it touches anything there, and the system lets go of it when the program ends, however that
/// ends. The file stays.
/// </summary>
public sealed class RunLock : IDisposable
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "run.lock";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <summary>Takes it; makes the directory where there is none.</summary>
    /// <param name="runDirectory">The directory of the run.</param>
    /// <param name="patience">To wait for a program that is just ending.</param>
    /// <exception cref="BadInputException">Another program leads the run, or the directory cannot be made or written.</exception>
    public static RunLock Take(string runDirectory, TimeSpan patience = default)
    {
        try
        {
            PrivateFile.CreateDirectory(runDirectory);
            string path = Path.Combine(runDirectory, FileName);
            for (long start = Stopwatch.GetTimestamp(); ; )
            {
                if (LockFile.TryOpen(path, UnixFileMode.UserRead | UnixFileMode.UserWrite) is { } file)
                    return new RunLock(file);
                if (Stopwatch.GetElapsedTime(start) >= patience)
                    throw Held(runDirectory);
                Thread.Sleep(Interval); // nothing tells when a lock is let go
            }
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && !IsOfTheDisk(e)))
        {
            throw new BadInputException(
                $"run directory '{runDirectory}' cannot be made or written: {e.Message.TrimEnd('.')}. Give one that this user may write "
                    + $"(--run-dir, {Settings.VariableOf("run-dir")}); in a container, mount a volume there."
            );
        }
    }

    public void Dispose() => _file.Dispose();

    private static BadInputException Held(string runDirectory) =>
        new(
            $"run directory '{runDirectory}' is in use by another coordinator or '{RunHints.Program} train' ({FileName} is held); one run "
                + "needs one coordinator. Wait until that one ends, end it, or give this run a directory of its own (--run-dir)."
        );

    /// <summary>EIO, ENOSPC and EDQUOT: a failing or full disk is nobody's input, and may be mended while an engine tries again.</summary>
    private static bool IsOfTheDisk(Exception e) => (e.HResult & 0xFFFF) is 5 or 28 or 122;
}
