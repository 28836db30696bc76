using Lockstep.Storage.Files;

namespace Lockstep.Hosting;

/// <summary>
/// The operator's token of a run that was started on this machine, in <c>operator-token</c> of its directory for as long as the run lasts:
/// readable by the user who started it, and nobody else, so that this user can act on the status page.
/// </summary>
public static class OperatorTokenFile
{
    /// <summary>Name of the file.</summary>
    public const string Name = "operator-token";

    /// <summary>Writes it anew.</summary>
    public static void Write(string runDirectory, string token) => PrivateFile.Write(Path.Combine(runDirectory, Name), token);

    /// <summary>The token in a run directory; null where there is none that this user may read.</summary>
    public static string? TryRead(string runDirectory)
    {
        try
        {
            return InputFile.ReadAllText(Path.Combine(runDirectory, Name)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The run of this token is over; that of another run in the same directory stays.</summary>
    public static void Delete(string runDirectory, string? token)
    {
        if (token is not null && TryRead(runDirectory) == token)
            Delete(runDirectory);
    }

    /// <summary>The run is over.</summary>
    public static void Delete(string runDirectory)
    {
        if (Directory.Exists(runDirectory))
            File.Delete(Path.Combine(runDirectory, Name));
    }
}
