using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;

namespace AlexNet.Data.Packed;

/// <summary>
/// What a packed set holds: the small file beside its shards. It is written last, so that a set has one only when it is whole; where each
/// picture lies follows from its size, because every sample is written in the same way.
/// </summary>
/// <param name="Format">Always <see cref="FormatName"/>.</param>
/// <param name="Version">Always <see cref="CurrentVersion"/>.</param>
/// <param name="Classes">A word for each class.</param>
/// <param name="Size">What the shortest side became, in pixels, where it was more.</param>
/// <param name="Quality">The quality of the JPEGs that were made, 1 to 100.</param>
/// <param name="Train">Shards of training pictures.</param>
/// <param name="Test">Shards of test pictures.</param>
internal sealed record PackIndex(
    string Format,
    int Version,
    IReadOnlyList<string> Classes,
    int Size,
    int Quality,
    IReadOnlyList<PackShard> Train,
    IReadOnlyList<PackShard> Test
)
{
    public const string FileName = "alexnet-pack.json",
        FormatName = "alexnet-pack";
    public const int CurrentVersion = 1;

    /// <summary>Far more than the sizes and labels of a million pictures take.</summary>
    private const long MostBytes = 512 << 20;

    public static bool IsIn(string directory) => File.Exists(Path.Combine(directory, FileName));

    /// <summary>Reads and checks the index of a set, and that its shards have the sizes it says.</summary>
    /// <exception cref="BadInputException">It is damaged, or does not fit its shards; every error is listed.</exception>
    public static PackIndex Read(IPackFiles files)
    {
        string path = $"{files.Name}/{FileName}";
        var index = Parse(files, path);
        if (index is not { Format: FormatName, Version: CurrentVersion })
        {
            throw Bad(
                path,
                $"is of format '{index.Format}', version {index.Version}",
                $"'{FormatName}', version {CurrentVersion} is required"
            );
        }

        if (index.Classes.Count < 2 || index.Size < 1)
        {
            throw Bad(
                path,
                $"has {Count.Of(index.Classes.Count, "class", "classes")} and size {index.Size}",
                "at least 2 classes and 1 pixel are required"
            );
        }

        if (index.Train.Concat(index.Test).Any(s => s is null) || index.Classes.Any(c => c is null))
            throw Bad(path, "has a shard or a class that is null", "each must be given");
        if (index.Train.Count == 0 || index.Test.Count == 0)
        {
            throw Bad(
                path,
                $"has {index.Train.Count} training and {Count.Of(index.Test.Count, "test shard")}",
                "1 or more of each are required"
            );
        }

        string[] errors = [.. index.Train.Concat(index.Test).Select(s => s.Problem(files, index.Classes.Count)).OfType<string>().Take(10)];
        return errors.Length == 0
            ? index
            : throw new BadInputException([.. errors.Select(e => $"'{path}': {e}; pack the set again, or copy it again.")]);
    }

    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, PackJson.Default.PackIndex);

    private static PackIndex Parse(IPackFiles files, string path)
    {
        try
        {
            using var file = files.OpenIndex();
            if (file.Length > MostBytes)
                throw Bad(path, $"has {file.Length} bytes", $"at most {MostBytes} are allowed");
            return JsonSerializer.Deserialize(file, PackJson.Default.PackIndex) ?? throw Bad(path, "is empty", "an index is required");
        }
        catch (JsonException e)
        {
            throw Bad(path, $"is damaged: {e.Message}", "a whole index is required");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(
                $"'{path}' cannot be read: {e.Message.TrimEnd('.')}; it must be a readable file; check its permissions and the disk."
            );
        }
    }

    private static BadInputException Bad(string path, string found, string required) =>
        new($"'{path}' {found}; {required}; pack the set again, or copy it again.");
}
