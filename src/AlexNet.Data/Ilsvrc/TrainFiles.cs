using AlexNet.Data.Archives;
using AlexNet.Data.Folders;
using AlexNet.Data.Images.Formats;
using AlexNet.Data.Listing;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Ilsvrc;

/// <summary>Training pictures: a tar that holds a tar for each synset, or a folder that holds a tar or a folder for each.</summary>
internal static class TrainFiles
{
    private const int MostReported = 10;

    /// <summary>Class by class, in the order of the synset list; in each by name.</summary>
    /// <exception cref="BadInputException">There are no training pictures, or their tar cannot be used.</exception>
    public static IReadOnlyList<LabelledFile> Find(string directory, SynsetList synsets, List<string> errors)
    {
        string tar = Path.Combine(directory, IlsvrcNames.Train + IlsvrcNames.Tar);
        if (IlsvrcNames.TrainFolders.FirstOrDefault(f => Directory.Exists(Path.Combine(directory, f))) is not { } folder)
        {
            return File.Exists(tar)
                ? InTars(tar, TarIndex.Of(tar).Select(m => new ClassTar(m.FileName, tar, m)), synsets, errors)
                : throw new BadInputException(
                    $"data directory '{directory}' has no training pictures; the file '{IlsvrcNames.Train}{IlsvrcNames.Tar}' or a folder "
                        + $"{string.Join(" or ", IlsvrcNames.TrainFolders)} is required."
                );
        }

        var place = new DirectoryInfo(Path.Combine(directory, folder));
        return place.EnumerateFiles("n*" + IlsvrcNames.Tar).Any()
            ? InTars(place.FullName, place.EnumerateFileSystemInfos().Select(e => new ClassTar(e.Name, e.FullName)), synsets, errors)
            : ClassFolders.Find(directory, folder, synsets.Synsets, errors);
    }

    private static List<LabelledFile> InTars(string place, IEnumerable<ClassTar> tars, SynsetList synsets, List<string> errors)
    {
        var found = tars.Where(t => !ImageNames.IsLitter(t.Name)).ToLookup(t => t.Name);
        ReportStrangers(place, found, synsets, errors);
        // several at a time, as each tar has to be walked through from end to end
        var classes = synsets
            .Synsets.AsParallel()
            .AsOrdered()
            .Select((synset, label) => found[synset + IlsvrcNames.Tar].FirstOrDefault()?.Pictures(label, errors) ?? [])
            .ToList();
        foreach (string synset in synsets.Synsets.Where((_, label) => classes[label].Count == 0))
            errors.Add($"'{place}' has 0 pictures of synset '{synset}'; 1 or more are required, in '{synset}{IlsvrcNames.Tar}'.");
        return [.. classes.SelectMany(c => c)];
    }

    private static void ReportStrangers(string place, ILookup<string, ClassTar> found, SynsetList synsets, List<string> errors)
    {
        var known = synsets.Synsets.Select(s => s + IlsvrcNames.Tar).ToHashSet();
        var strangers = found.Where(t => !known.Contains(t.Key) || t.Count() > 1).Select(t => t.Key).ToList();
        foreach (string stranger in strangers.Take(MostReported))
        {
            errors.Add(
                $"'{place}' has '{stranger}', which is not the tar of a synset in '{IlsvrcNames.Synsets}', or occurs twice; one for each "
                    + $"of its {synsets.Synsets.Length} lines is required, and nothing else."
            );
        }

        if (strangers.Count > MostReported)
            errors.Add($"'{place}' has {strangers.Count - MostReported} more such entries.");
    }
}
