using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Core.Status;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Runs;

/// <summary>
/// What a run's time went to so far, in <c>goodput.json</c> of the run directory, so that it is known over all restarts. It is written
/// often and not flushed to the disk: a power cut costs what was accounted for, and nothing else.
/// </summary>
public static class GoodputFile
{
    /// <summary>Name of the file.</summary>
    public const string Name = "goodput.json";

    /// <summary>Writes it, whole or not at all; where the disk does not take it, the file before it stays.</summary>
    public static void Write(string runDirectory, KeptGoodput kept)
    {
        string path = Path.Combine(runDirectory, Name),
            unfinished = path + ".unfinished";
        try
        {
            File.WriteAllText(unfinished, JsonSerializer.Serialize(kept, StatusJson.Options) + "\n");
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // a full disk, or a directory that is gone, is told where the run's own files are written
        }
    }

    /// <summary>Reads it; null where there is none, or it is damaged.</summary>
    public static KeptGoodput? TryRead(string runDirectory)
    {
        try
        {
            string path = Path.Combine(runDirectory, Name);
            var kept = File.Exists(path) ? JsonSerializer.Deserialize<KeptGoodput>(InputFile.ReadAllText(path), StatusJson.Options) : null;
            return Goodput.Sound(kept?.Goodput) is null || kept?.Time == default(DateTimeOffset) ? null : kept;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or BadInputException)
        {
            return null;
        }
    }
}
