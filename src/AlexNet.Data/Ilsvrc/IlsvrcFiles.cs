using AlexNet.Data.Folders;
using AlexNet.Data.Listing;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Ilsvrc;

/// <summary>
/// ILSVRC-2012 as it is distributed, whole or in part: training pictures in a tar of tars, or in tars or folders, one for each synset;
/// validation pictures in a tar or a folder, with their ground truth (or in folders of synsets); and a synset list, whose order numbers the
/// classes.
/// </summary>
internal static class IlsvrcFiles
{
    private static readonly string[] Marks =
    [
        IlsvrcNames.Synsets,
        IlsvrcNames.GroundTruth,
        IlsvrcNames.KitGroundTruth,
        IlsvrcNames.Train,
        IlsvrcNames.Train + IlsvrcNames.Tar,
        IlsvrcNames.Validation,
        IlsvrcNames.Validation + IlsvrcNames.Tar,
    ];

    /// <summary>Whether a directory has anything that only this form has.</summary>
    public static bool AreIn(string directory) => Marks.Any(m => Path.Exists(Path.Combine(directory, m)));

    /// <exception cref="BadInputException">Anything at all is wrong; every error is listed.</exception>
    public static FoundFiles Find(string directory)
    {
        var synsets = SynsetList.Read(Path.Combine(directory, IlsvrcNames.Synsets));
        var errors = new List<string>();
        var train = TrainFiles.Find(directory, synsets, errors);
        var validation = Validation(directory, synsets, errors);
        return errors.Count == 0 ? new(train, validation, synsets.Names) : throw new BadInputException(errors);
    }

    private static IReadOnlyList<LabelledFile> Validation(string directory, SynsetList synsets, List<string> errors)
    {
        string? folder = IlsvrcNames.ValidationFolders.FirstOrDefault(f => Directory.Exists(Path.Combine(directory, f)));
        return folder is not null && synsets.Synsets.Any(s => Directory.Exists(Path.Combine(directory, folder, s)))
            ? ClassFolders.Find(directory, folder, synsets.Synsets, errors)
            : ValidationFiles.Find(directory, folder, synsets, errors);
    }
}
