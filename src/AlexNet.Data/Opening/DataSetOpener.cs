using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AlexNet.Data.Cifar;
using AlexNet.Data.Generated;
using AlexNet.Data.Idx;
using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Augmentation;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Objects;

namespace AlexNet.Data.Opening;

/// <summary>Opens the data set that a recipe names.</summary>
public static class DataSetOpener
{
    /// <exception cref="BadInputException">It is missing, damaged, or not what the recipe says.</exception>
    public static DataSet Open(Recipe recipe) => Open(recipe, draws: true);

    /// <summary>
    /// Looks whether it is there and as the recipe says, as <see cref="Open(Recipe)"/> does, and by what a run finds it again; draws no
    /// pictures.
    /// </summary>
    /// <exception cref="BadInputException">It is missing, damaged, or not what the recipe says.</exception>
    public static DataIdentity Identify(Recipe recipe) => Open(recipe, draws: false).Identity;

    private static DataSet Open(Recipe recipe, bool draws)
    {
        var set = OpenKind(recipe, draws);
        if (recipe.Data.MeanImage is not { } file)
            return set;
        float[] mean = MeanImage.Read(file, set.Train.Shape); // as much a part of what the net sees as the pictures
        byte[] hash = SHA256.HashData([.. Convert.FromHexString(set.Fingerprint), .. MemoryMarshal.AsBytes<float>(mean)]);
        return set with { Fingerprint = Convert.ToHexStringLower(hash) };
    }

    private static DataSet OpenKind(Recipe recipe, bool draws) =>
        recipe.Data.Kind switch
        {
            DataKind.Generated => GeneratedDataSet.Open(recipe.Data, recipe.Seed, draws),
            DataKind.Idx => IdxDataSet.Open(recipe.Data, recipe.Seed, DirectoryOf(recipe)),
            DataKind.Cifar10 => CifarDataSet.Open(recipe.Data, recipe.Seed, DirectoryOf(recipe)),
            DataKind.Images => ImagesDataSet.Open(recipe.Data, recipe.Seed, DirectoryOf(recipe)),
            var other => throw new BadInputException(
                $"recipe '{recipe.Name}': 'data.kind' is {other}; it must be generated, idx, cifar10 or images."
            ),
        };

    private static string DirectoryOf(Recipe recipe)
    {
        if (recipe.Data.Path is not { Length: > 0 } path)
        {
            throw new BadInputException(
                $"recipe '{recipe.Name}': 'data.path' is not given; it must name the directory of the data set; give it with --data DIR, "
                    + "or train on drawn pictures with --data generated."
            );
        }

        if (ObjectAddress.Is(path))
        {
            return recipe.Data.Kind == DataKind.Images
                ? path
                : throw new BadInputException(
                    $"recipe '{recipe.Name}': 'data.path' is '{path}' and 'data.kind' is {recipe.Data.Kind}; from object storage only "
                        + "packed sets of 'data.kind' images are read; copy these files into a directory, and name that with --data DIR."
                );
        }

        if (!Directory.Exists(path))
        {
            string found = File.Exists(path) ? "a file" : "missing";
            throw new BadInputException(
                $"data directory '{path}' is {found}; it must be a directory with the data set's files; name one with --data DIR."
            );
        }
        return path;
    }
}
