using System.Security.Cryptography;
using AlexNet.Data.Archives;
using AlexNet.Data.Files;
using AlexNet.Data.Images;
using AlexNet.Data.Listing;
using AlexNet.Data.Samples;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;

namespace AlexNet.Data.Packed;

/// <summary>A set that <c>alexnet data pack</c> made: pictures in a few large tars, read nearly one after the other.</summary>
internal static class PackedDataSet
{
    /// <exception cref="BadInputException">It is damaged, or not what the recipe needs; every error is listed.</exception>
    public static DataSet Open(DataRecipe recipe, long seed, IPackFiles files)
    {
        var index = PackIndex.Read(files);
        files.RequireRoom([.. index.Train.Concat(index.Test)]);
        if (index.Classes.Count != recipe.Classes)
        {
            throw new BadInputException(
                $"packed set '{files.Name}' has {Count.Of(index.Classes.Count, "class", "classes")}; 'data.classes' requires "
                    + $"{recipe.Classes}; correct the recipe with --set data.classes=N, or use other data."
            );
        }

        if (PackOptions.SizeFor(recipe) is var size && size > index.Size)
        {
            throw new BadInputException(
                $"packed set '{files.Name}' holds pictures of {Count.Of(index.Size, "pixel")} on the shortest side; this recipe resizes to "
                    + $"{size}; pack the original again with --size {size}."
            );
        }

        if (recipe.Skip is not null)
            throw new BadInputException($"packed set '{files.Name}' has no broken pictures, and 'data.skip' is given; leave it out.");
        var reader = new ImageReader(recipe, seed);
        return new(Images(index.Train), Images(index.Test), index.Classes, Fingerprint(index));

        PackedImages Images(IReadOnlyList<PackShard> shards) =>
            new(
                new FileImages(files.Name, [.. shards.SelectMany(s => Samples(files, s))], recipe, reader, Archives(files, shards)),
                new ReadAhead(shards, seed, files.ReadAhead),
                [.. shards.Select(s => s.Count)]
            );
    }

    private static OpenArchives Archives(IPackFiles files, IReadOnlyList<PackShard> shards)
    {
        var byPath = shards.ToDictionary(s => PathOf(files, s));
        return new(path => files.Open(byPath[path]), files.MostOpen);
    }

    private static string PathOf(IPackFiles files, PackShard shard) => $"{files.Name}/{shard.File}";

    private static IEnumerable<LabelledFile> Samples(IPackFiles files, PackShard shard)
    {
        string path = PathOf(files, shard);
        long start = 0;
        for (int i = 0; i < shard.Count; i++)
        {
            yield return new(path, PackWriter.KeyOf(shard.First + i), shard.Labels[i], shard.Sizes[i], start + SampleLayout.PictureOffset);
            start += SampleLayout.SampleBytes(shard.Sizes[i]);
        }
    }

    /// <summary>The names of the classes, and the shards' hashes, which stand for their content.</summary>
    private static string Fingerprint(PackIndex index)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in index.Classes)
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{name}\n"));
        foreach (var shard in index.Train.Concat(index.Test))
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{shard.File} {shard.Sha256}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
