using Lockstep.Core.Errors;

namespace AlexNet.Data.Listing;

/// <summary>
/// A list of files that are left out: one name a line, as seen from the data set's directory. It is made once and used by every worker of a
/// run, so that all of them number the samples in the same way whatever their disks do; nothing is ever skipped while it is read.
/// </summary>
internal static class SkipList
{
    private const int MostBytes = 256 << 20;

    /// <summary>A file's name in a list.</summary>
    public static string NameOf(string directory, LabelledFile file) => Path.GetRelativePath(directory, file.Path).Replace('\\', '/');

    /// <summary>What is left of a set.</summary>
    /// <exception cref="BadInputException">The list cannot be read, names what is not there, or leaves nothing of a class.</exception>
    public static FoundFiles Apply(string list, string directory, FoundFiles found)
    {
        var skipped = TextLines
            .Read(list, MostBytes, "'data.skip' must name a list of files, one a line, as alexnet data info --broken FILE makes it")
            .ToHashSet();
        var kept = new FoundFiles(Without(found.Train), Without(found.Test), found.Classes);
        var unknown = skipped.Except(found.Train.Concat(found.Test).Select(f => NameOf(directory, f))).ToList();
        if (unknown.Count > 0)
        {
            throw new BadInputException(
                $"'{list}' names '{unknown[0]}'{(unknown.Count > 1 ? $" and {unknown.Count - 1} more" : "")}, which data directory "
                    + $"'{directory}' does not have; make the list again for this set."
            );
        }

        var left = kept.Train.Select(f => f.Label).ToHashSet();
        int empty = Enumerable.Range(0, found.Classes.Count).FirstOrDefault(c => !left.Contains(c), -1);
        if (empty >= 0 || kept.Test.Count == 0)
        {
            throw new BadInputException(
                $"'{list}' leaves {(empty >= 0 ? $"no training picture of class '{found.Classes[empty]}'" : "no test picture")}; at least "
                    + "one is required; repair the files."
            );
        }

        return kept;

        IReadOnlyList<LabelledFile> Without(IReadOnlyList<LabelledFile> files) =>
            [.. files.Where(f => !skipped.Contains(NameOf(directory, f)))];
    }
}
