using Lockstep.Core.Errors;

namespace AlexNet.Cli.Predicting;

/// <summary>The files that arguments FILE|DIR mean.</summary>
internal static class PictureList
{
    private static readonly EnumerationOptions AllVisible = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.Hidden,
    };

    /// <summary>Files as they are named, and of a directory all files in it and below it that are not hidden, in ordinal order.</summary>
    /// <exception cref="BadInputException">There is no file at all.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> arguments)
    {
        string[] files = [.. arguments.SelectMany(FilesOf)];
        return files.Length > 0
            ? files
            : throw new BadInputException(
                $"there is no file in {string.Join(", ", arguments.Select(a => $"'{a}'"))}; give pictures, or directories of pictures."
            );
    }

    private static IEnumerable<string> FilesOf(string argument) =>
        Directory.Exists(argument) ? Directory.EnumerateFiles(argument, "*", AllVisible).Order(StringComparer.Ordinal) : [argument];
}
