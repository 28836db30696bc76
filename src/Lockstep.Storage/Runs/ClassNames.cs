using System.Globalization;
using System.Text;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Runs;

/// <summary>
/// The words for a run's classes, which lie beside its recipe in <c>classes.json</c> (an array of strings in the order of the labels), so
/// that a trained net needs no data set to say what it sees.
/// </summary>
public static class ClassNames
{
    public const string File = "classes.json";

    private const long SizeLimit = 16 << 20;

    /// <summary>Writes them, unless the run has some already: those that it began with stay.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string runDirectory, IReadOnlyList<string> names)
    {
        string path = Path.Combine(runDirectory, File);
        if (!System.IO.File.Exists(path))
            DurableFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(names) + "\n")));
    }

    /// <summary>Reads them; a run that has none, such as one of an older version, has numbers.</summary>
    /// <param name="runDirectory">The run's.</param>
    /// <param name="classes">How many there must be.</param>
    /// <exception cref="BadInputException">The file is damaged or belongs to another run.</exception>
    public static IReadOnlyList<string> Read(string runDirectory, int classes)
    {
        string path = Path.Combine(runDirectory, File);
        if (!System.IO.File.Exists(path))
            return Numbers(classes);
        var names = Parse(path);
        return names.Count == classes
            ? names
            : throw new BadInputException($"'{path}' has {Count.Of(names.Count, "name")}; the run's recipe requires {classes}. {Remedy}");
    }

    /// <summary>The number of a run's classes; null where the run does not say.</summary>
    /// <exception cref="BadInputException">The file is damaged.</exception>
    public static int? CountOf(string runDirectory)
    {
        string path = Path.Combine(runDirectory, File);
        return System.IO.File.Exists(path) ? Parse(path).Count : null;
    }

    /// <summary>The labels themselves.</summary>
    public static IReadOnlyList<string> Numbers(int classes) =>
        [.. Enumerable.Range(0, classes).Select(c => c.ToString(CultureInfo.InvariantCulture))];

    private const string Remedy = "Correct it, or remove it: then classes are numbers.";

    private static IReadOnlyList<string> Parse(string path)
    {
        if (new FileInfo(path).Length is var bytes && bytes > SizeLimit)
            throw new BadInputException($"'{path}' has {bytes} bytes; at most {SizeLimit} are required. {Remedy}");
        try
        {
            return JsonSerializer.Deserialize<string[]>(InputFile.ReadAllBytes(path)) is { } names && names.All(n => n is not null)
                ? names
                : throw new JsonException("it is null, or one of its names is");
        }
        catch (JsonException e)
        {
            throw new BadInputException($"'{path}' is no JSON array of strings ({e.Message}). {Remedy}");
        }
    }
}
