using AlexNet.Data.Cifar;
using AlexNet.Data.Idx;
using AlexNet.Data.Ilsvrc;
using AlexNet.Data.Opening;
using AlexNet.Data.Packed;
using AlexNet.Data.Samples;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;
using Lockstep.Objects;

namespace AlexNet.Data.Finding;

/// <summary>Looks what a directory holds, for a user who names no recipe.</summary>
public static class DataFinder
{
    /// <summary>Finds the form of the data, the classes, the training and test pictures, and what cannot be used.</summary>
    /// <param name="directory">A directory, or the address of a packed set in object storage.</param>
    /// <param name="wishes">How folders are to be divided, as far as the user says.</param>
    /// <param name="keepsSeed">The user has given the seed that divides them; otherwise one is found that leaves no class without test
    /// pictures, if there is one.</param>
    /// <param name="progress">Takes the number of pictures looked at and of all; called from several threads.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="BadInputException">There is nothing to train on; every error is listed.</exception>
    public static FoundData Find(
        string directory,
        FoldersRecipe wishes,
        bool keepsSeed = false,
        Action<int, int>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (ObjectAddress.Is(directory))
            return Packed(directory, new PackBucket(directory));
        if (!Directory.Exists(directory))
        {
            string found = File.Exists(directory) ? "a file" : "missing";
            throw new BadInputException($"data directory '{directory}' is {found}; name the directory of your pictures with --data DIR.");
        }

        return PackIndex.IsIn(directory) ? Packed(directory, new PackDirectory(directory))
            : IdxDataSet.IsIn(directory) ? Idx(directory)
            : CifarFiles.AreIn(directory) ? Cifar(directory)
            : IlsvrcFiles.AreIn(directory) ? Ilsvrc(directory)
            : FolderFinder.Find(directory, wishes, keepsSeed, progress, cancellation);
    }

    /// <summary>How many pictures each class has.</summary>
    internal static IReadOnlyList<int> PerClass(IEnumerable<int> labels, int classes)
    {
        int[] counts = new int[classes];
        foreach (int label in labels)
            counts[label]++;
        return counts;
    }

    private static FoundData Packed(string directory, IPackFiles files)
    {
        using var bucket = files as IDisposable;
        var index = PackIndex.Read(files);
        return new(
            directory,
            DataForm.Packed,
            index.Classes,
            PerClass(index.Train.SelectMany(s => s.Labels), index.Classes.Count),
            PerClass(index.Test.SelectMany(s => s.Labels), index.Classes.Count)
        );
    }

    private static FoundData Idx(string directory) =>
        InMemory(
            directory,
            DataForm.Idx,
            IdxDataSet.Open(Data(DataKind.Idx, IdxDataSet.ClassesIn(directory), channels: 1), seed: 0, directory)
        );

    private static FoundData Cifar(string directory) =>
        InMemory(
            directory,
            DataForm.Cifar10,
            CifarDataSet.Open(Data(DataKind.Cifar10, CifarDataSet.Classes, channels: 3), seed: 0, directory)
        );

    private static FoundData InMemory(string directory, DataForm form, DataSet set) =>
        new(directory, form, set.ClassNames, PerClass(set.Train), PerClass(set.Test))
        {
            Widths = Surveys.PixelRange.Of([set.Train.SizeOf(0).Width]),
            Heights = Surveys.PixelRange.Of([set.Train.SizeOf(0).Height]),
        };

    private static FoundData Ilsvrc(string directory)
    {
        var found = ImagesDataSet.Find(directory, skip: null, folders: null);
        return new(
            directory,
            DataForm.Ilsvrc,
            found.Classes,
            PerClass(found.Train.Select(f => f.Label), found.Classes.Count),
            PerClass(found.Test.Select(f => f.Label), found.Classes.Count)
        );
    }

    private static IReadOnlyList<int> PerClass(IImageSet images) =>
        PerClass(Enumerable.Range(0, images.Count).Select(images.LabelOf), images.Classes);

    private static DataRecipe Data(DataKind kind, int classes, int channels) =>
        new()
        {
            Kind = kind,
            Classes = classes,
            Channels = channels,
            Height = 1,
            Width = 1,
        };
}
