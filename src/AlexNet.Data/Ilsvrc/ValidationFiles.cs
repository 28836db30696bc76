using System.Globalization;
using AlexNet.Data.Archives;
using AlexNet.Data.Folders;
using AlexNet.Data.Listing;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Ilsvrc;

/// <summary>Validation pictures that lie together; the number in a picture's name is its line in the ground truth.</summary>
internal static class ValidationFiles
{
    private const int MostReported = 10;

    /// <summary>In the order of their numbers.</summary>
    /// <param name="directory">The data set.</param>
    /// <param name="folder">The folder of the pictures in it; null where only the tar is left to look for.</param>
    /// <param name="synsets">The classes.</param>
    /// <param name="errors">Takes everything that is wrong with the pictures.</param>
    /// <exception cref="BadInputException">There are no pictures, or the ground truth cannot be used.</exception>
    public static IReadOnlyList<LabelledFile> Find(string directory, string? folder, SynsetList synsets, List<string> errors)
    {
        string truth = new[] { IlsvrcNames.GroundTruth, IlsvrcNames.KitGroundTruth }
            .Select(p => Path.Combine(directory, p))
            .FirstOrDefault(File.Exists)
            ?? Path.Combine(directory, IlsvrcNames.GroundTruth);
        int[] labels = GroundTruth.Read(truth, synsets.Synsets.Length);
        var (place, pictures) = Pictures(directory, folder);
        var files = new LabelledFile?[labels.Length];
        foreach (var picture in pictures)
        {
            if (Problem(picture.Name, files, out int line) is { } problem)
            {
                errors.Add(
                    $"'{place}' has '{picture.Name}', which {problem}; names from ILSVRC2012_val_00000001.JPEG to number {labels.Length} "
                        + $"are required, once each, as '{truth}' has {labels.Length} lines."
                );
            }
            else
            {
                files[line] = picture with { Label = labels[line] };
            }
        }

        ReportMissing(place, files, truth, errors);
        Shorten(errors);
        return [.. files.OfType<LabelledFile>()];
    }

    private static (string Place, IEnumerable<LabelledFile> Pictures) Pictures(string directory, string? folder)
    {
        string tar = Path.Combine(directory, IlsvrcNames.Validation + IlsvrcNames.Tar);
        if (folder is not null && new DirectoryInfo(Path.Combine(directory, folder)) is var place)
        {
            return (
                place.FullName,
                place
                    .EnumerateFiles()
                    .Where(f => !f.Name.StartsWith('.'))
                    .OrderBy(f => f.Name, StringComparer.Ordinal)
                    .Select(f => new LabelledFile(place.FullName, f.Name, 0, ClassFolders.SizeOf(f)))
            );
        }

        return File.Exists(tar)
            ? (tar, TarIndex.Of(tar).Select(m => new LabelledFile(tar, m.FileName, 0, m.Bytes, m.Offset)))
            : throw new BadInputException(
                $"data directory '{directory}' has no validation pictures; the file '{IlsvrcNames.Validation}{IlsvrcNames.Tar}' or a "
                    + $"folder {string.Join(" or ", IlsvrcNames.ValidationFolders)} is required."
            );
    }

    private static string? Problem(string name, LabelledFile?[] files, out int line)
    {
        line = -1;
        if (IlsvrcNames.ValidationPicture.Match(name) is not { Success: true, Groups: var groups })
            return "is not a validation picture";
        line = int.Parse(groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) - 1;
        if (line < 0 || line >= files.Length)
            return "has no line in the ground truth";
        return files[line] is null ? null : "occurs twice";
    }

    private static void ReportMissing(string place, LabelledFile?[] files, string truth, List<string> errors)
    {
        int missing = files.Count(f => f is null);
        if (missing > 0)
        {
            errors.Add(
                $"'{place}' lacks {missing} of the {files.Length} pictures that '{truth}' has lines for, the first number "
                    + $"{Array.IndexOf(files, null) + 1}; use files that belong together."
            );
        }
    }

    private static void Shorten(List<string> errors)
    {
        if (errors.Count > MostReported)
        {
            int more = errors.Count - MostReported;
            errors.RemoveRange(MostReported, more);
            errors.Add($"there are {more} more such errors.");
        }
    }
}
