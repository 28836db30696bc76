using System.Text;

namespace AlexNet.Data.Cifar;

/// <summary>The words for the classes, from <c>batches.meta.txt</c>, one a line.</summary>
internal static class CifarNames
{
    /// <summary>The words, or the labels themselves where there is no such file.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyDictionary<string, CifarFile> files)
    {
        if (!files.TryGetValue(CifarFiles.Names, out var file))
            return [.. Enumerable.Range(0, CifarDataSet.Classes).Select(c => FormattableString.Invariant($"{c}"))];
        string[] names = Encoding
            .UTF8.GetString(file.Content)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return names.Length == CifarDataSet.Classes
            ? names
            : throw file.Bad($"has {names.Length} class names", $"{CifarDataSet.Classes} are required, one a line");
    }
}
