using System.Text.RegularExpressions;

namespace AlexNet.Data.Ilsvrc;

/// <summary>
/// What the files of ILSVRC-2012 are called, as its organisers distribute them. Source: the challenge's download page and development kit.
/// </summary>
internal static partial class IlsvrcNames
{
    public const string Synsets = "synsets.txt",
        GroundTruth = "ILSVRC2012_validation_ground_truth.txt";

    /// <summary>Without .tar the folder of what was in it.</summary>
    public const string Train = "ILSVRC2012_img_train",
        Validation = "ILSVRC2012_img_val",
        Tar = ".tar";

    /// <summary>Where the development kit has the ground truth.</summary>
    public static readonly string KitGroundTruth = Path.Combine("ILSVRC2012_devkit_t12", "data", GroundTruth);

    /// <summary>Folders in which training or validation pictures lie.</summary>
    public static readonly string[] TrainFolders = ["train", Train],
        ValidationFolders = ["val", Validation];

    /// <summary>A synset of WordNet: n and eight digits.</summary>
    [GeneratedRegex("^n[0-9]{8}$")]
    public static partial Regex Synset { get; }

    /// <summary>A validation picture; the digits are its line in the ground truth.</summary>
    [GeneratedRegex("^ILSVRC2012_val_([0-9]{8})\\.JPEG$", RegexOptions.IgnoreCase)]
    public static partial Regex ValidationPicture { get; }
}
