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
    /// <exception cref="BadInputException">Another program leads the run, or the directory cannot be made.</exception>
    public static RunLock Take(string runDirectory, TimeSpan patience = default)
    {
        try
        {
            PrivateFile.CreateDirectory(runDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(
                $"run directory '{runDirectory}' cannot be made: {e.Message}. Give one that this user may write "
                    + $"(--run-dir, {Settings.VariableOf("run-dir")}); in a container, mount a volume there."
            );
        }
        string path = Path.Combine(runDirectory, FileName);
        for (long start = Stopwatch.GetTimestamp(); ; )
        {
            try
            {
                return new RunLock(Open(path));
            }
            catch (IOException) when (File.Exists(path) && Stopwatch.GetElapsedTime(start) < patience)
            {
                Thread.Sleep(Interval); // nothing tells when a lock is let go
            }
            catch (IOException e) when (IsHeld(e))
            {
                throw new BadInputException(
                    $"run directory '{runDirectory}' is in use by another coordinator or '{RunHints.Program} train' ({FileName} is held); "
                        + "one run needs one coordinator. Wait until that one ends, end it, or give this run a directory of its own "
                        + "(--run-dir)."
                );
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static FileStream Open(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    /// <summary>EAGAIN of flock, or a sharing violation; a full or failing disk is another matter.</summary>
    private static bool IsHeld(IOException e) => (e.HResult & 0xFFFF) is 11 or 32 or 35;
}
