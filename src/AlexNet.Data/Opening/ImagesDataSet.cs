using System.Security.Cryptography;
using System.Text;
using AlexNet.Data.Files;
using AlexNet.Data.Folders;
using AlexNet.Data.Ilsvrc;
using AlexNet.Data.Images;
using AlexNet.Data.Listing;
using AlexNet.Data.Packed;
using AlexNet.Data.Samples;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;
using Lockstep.Objects;

namespace AlexNet.Data.Opening;

/// <summary>
/// Image files. The directory itself says in which form they lie: packed shards, ILSVRC-2012 as distributed, or class folders.
/// </summary>
internal static class ImagesDataSet
{
    /// <exception cref="BadInputException">Anything at all is wrong with it; every error is listed.</exception>
    public static DataSet Open(DataRecipe recipe, long seed, string directory)
    {
        if (ObjectAddress.Is(directory))
            return PackedDataSet.Open(recipe, seed, Bucket(directory));
        if (PackIndex.IsIn(directory))
            return PackedDataSet.Open(recipe, seed, new PackDirectory(directory));
        var (files, reader) = (Find(directory, recipe.Skip, recipe.Folders), new ImageReader(recipe, seed));
        if (files.Classes.Count != recipe.Classes)
        {
            throw new BadInputException(
                $"data directory '{directory}' has {Count.Of(files.Classes.Count, "class", "classes")}; 'data.classes' requires "
                    + $"{recipe.Classes}; "
                    + "correct the recipe with --set data.classes=N, or use other data."
            );
        }

        return new(
            new FileImages(directory, files.Train, recipe, reader),
            new FileImages(directory, files.Test, recipe, reader),
            files.Classes,
            Fingerprint(files)
        );
    }

    /// <summary>
    /// A set in object storage, which must be packed: millions of requests for single pictures would take longer than a step.
    /// </summary>
    private static PackBucket Bucket(string address)
    {
        var bucket = new PackBucket(address);
        bucket.Require();
        return bucket.HasIndex
            ? bucket
            : throw new BadInputException(
                $"'{address}' holds no packed set: there is no '{PackIndex.FileName}'; from object storage only packed sets are read. Make "
                    + $"one: {RunHints.Program} data pack --data DIR --out {address}"
            );
    }

    /// <summary>All files of a set that is not packed.</summary>
    /// <param name="directory">The directory of the set.</param>
    /// <param name="skip">A list of files to leave out, or null.</param>
    /// <param name="folders">How a tree of folders in any order is divided; null for one in the strict order.</param>
    /// <exception cref="BadInputException">Anything at all is wrong with it; every error is listed.</exception>
    public static FoundFiles Find(string directory, string? skip, FoldersRecipe? folders)
    {
        var found =
            IlsvrcFiles.AreIn(directory) ? IlsvrcFiles.Find(directory)
            : folders is null ? FolderFiles.Find(directory)
            : TreeFiles.Find(directory, folders);
        return skip is null ? found : SkipList.Apply(skip, directory, found);
    }

    /// <summary>Names of classes, and names and sizes of files; to read every file would take as long as an epoch.</summary>
    private static string Fingerprint(FoundFiles found)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in found.Classes)
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n"));
        foreach (var files in new[] { found.Train, found.Test })
        {
            foreach (var file in files)
                hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{file.Label}/{file.Name}/{file.Bytes}\n")));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
