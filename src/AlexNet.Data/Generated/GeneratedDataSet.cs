using System.Security.Cryptography;
using System.Text;
using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Generated;

/// <summary>The built-in data set: figures of ten kinds, and as many pairs of hues as the number of classes asks for.</summary>
internal static class GeneratedDataSet
{
    /// <summary>
    /// Sets up to this size are drawn once, when they are opened; larger ones picture by picture as they are read. 2,048 pictures of
    /// 224x224 fit: a GPU's batch, which it takes faster than they can be drawn.
    /// </summary>
    private const long LargestCacheBytes = 320L << 20;

    /// <summary>Samples of each split that the fingerprint is made of; with ten classes or more, enough for every figure.</summary>
    private const int FingerprintSamples = 10;

    /// <param name="recipe">What is drawn.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="draws">Draw a small set now, since it will be read again and again.</param>
    /// <exception cref="BadInputException">It cannot be drawn.</exception>
    public static DataSet Open(DataRecipe recipe, long seed, bool draws = true)
    {
        Check(recipe);
        var shape = new MapShape(recipe.Channels, recipe.Height, recipe.Width);
        var (train, test) = (Images("train", recipe.Generated.Train), Images("test", recipe.Generated.Test));
        string fingerprint = Fingerprint(seed, train, test);
        bool small = draws && ((long)train.Count + test.Count) * shape.Elements <= LargestCacheBytes;
        return new(small ? Drawn(train) : train, small ? Drawn(test) : test, Names(recipe.Classes), fingerprint);

        GeneratedImages Images(string split, int count) => new(seed, split, count, recipe.Classes, shape);
    }

    private static void Check(DataRecipe recipe)
    {
        int figures = Picture.Figures.Count,
            most = figures * Palette.Groups;
        if (recipe.Classes > most)
        {
            throw new BadInputException(
                $"'data.classes' is {recipe.Classes}; generated pictures have at most {most} classes; use fewer, or your own data with "
                    + "--data DIR."
            );
        }

        if (recipe.Classes > figures && recipe.Channels == 1)
        {
            throw new BadInputException(
                $"'data.classes' is {recipe.Classes} with 'data.channels' 1; generated pictures tell more than {figures} classes apart by "
                    + "colour; "
                    + $"use --set data.channels=3, or at most {figures} classes."
            );
        }
    }

    private static IReadOnlyList<string> Names(int classes)
    {
        int figures = Picture.Figures.Count;
        return classes <= figures
            ? [.. Picture.Figures.Take(classes)]
            : [.. Enumerable.Range(0, classes).Select(c => FormattableString.Invariant($"{Picture.Figures[c % figures]}-{c / figures}"))];
    }

    private static MemoryImages Drawn(GeneratedImages images)
    {
        var shape = images.Shape;
        byte[] pixels = GC.AllocateUninitializedArray<byte>(images.Count * shape.Elements);
        Parallel.For(0, images.Count, i => images.Read(SampleKey.Evaluation(i), pixels.AsSpan(i * shape.Elements, shape.Elements)));
        return new(shape, images.Classes, pixels, [.. Enumerable.Range(0, images.Count).Select(images.LabelOf)]);
    }

    /// <summary>
    /// Parameters and version, and a few pictures as drawn here: a machine whose arithmetic differs is found at the join, not in the loss.
    /// </summary>
    private static string Fingerprint(long seed, GeneratedImages train, GeneratedImages test)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(
            Encoding.UTF8.GetBytes(
                FormattableString.Invariant(
                    $"generated {Picture.Version}; seed {seed}; {train.Classes} classes; {train.Shape}; {train.Count} + {test.Count}"
                )
            )
        );
        byte[] pixels = new byte[train.Shape.Elements];
        foreach (var images in new[] { train, test })
        {
            for (int i = 0; i < Math.Min(FingerprintSamples, images.Count); i++)
            {
                images.Read(SampleKey.Evaluation(i), pixels);
                hash.AppendData(pixels);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
