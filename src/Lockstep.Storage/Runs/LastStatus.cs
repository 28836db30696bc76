using System.Text;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Core.Status;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Runs;

/// <summary>
/// How a run stood when its coordinator ended, in <c>status.json</c> of the run directory, so that it can be asked when nobody answers any
/// more.
/// </summary>
public static class LastStatus
{
    /// <summary>Name of the file.</summary>
    public const string File = "status.json";

    private const long SizeLimit = 16 << 20; // bytes; a status is some hundred kilobytes at most

    /// <summary>Writes it; where the disk does not take it, the run's other files must do.</summary>
    public static void Write(string runDirectory, RunStatus status)
    {
        try
        {
            DurableFile.Write(PathIn(runDirectory), file => file.Write(Encoding.UTF8.GetBytes(StatusJson.Write(status) + "\n")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a full disk, or a directory that is gone, costs the file and nothing else
        }
    }

    /// <summary>The run goes on: what was is no longer how it stands.</summary>
    public static void Forget(string runDirectory)
    {
        try
        {
            System.IO.File.Delete(PathIn(runDirectory));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the next coordinator's end writes over it
        }
    }

    /// <summary>Reads it; null where there is none, or it is damaged.</summary>
    public static RunStatus? TryRead(string runDirectory)
    {
        try
        {
            var file = new FileInfo(PathIn(runDirectory));
            return file.Exists && file.Length <= SizeLimit ? StatusJson.Read(InputFile.ReadAllText(file.FullName)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or BadInputException)
        {
            return null;
        }
    }

    private static string PathIn(string runDirectory) => Path.Combine(runDirectory, File);
}
