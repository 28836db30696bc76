using AlexNet.Data.Archives;
using AlexNet.Data.Images;
using AlexNet.Data.Images.Formats;
using AlexNet.Data.Listing;
using AlexNet.Data.Opening;
using AlexNet.Data.Packed;
using Lockstep.Core.Errors;
using Lockstep.Core.Sampling;

namespace AlexNet.Data.Packing;

/// <summary>
/// Packs a set of image files into shards: finds the files, shrinks each once, writes shard after shard, and last the index, without which
/// there is no set.
/// Training pictures are mixed once before, because an epoch mixes only those of a few shards.
/// </summary>
public static class Packer
{
    /// <summary>Pictures that are shrunk at a time; they lie in memory until they are written.</summary>
    private const int Crowd = 64;

    /// <summary>The order in which training pictures are packed is always this one, whatever a run's seed.</summary>
    private const long MixingSeed = 2012;

    /// <param name="source">The directory of the set.</param>
    /// <param name="target">A directory or an address in object storage for the packed set; it may not be one yet.</param>
    /// <param name="options">The size and quality of pictures, and the size of shards.</param>
    /// <param name="progress">Takes the number of pictures done and of all.</param>
    /// <param name="cancellation">Ends it; without its index nobody takes what is there for a set.</param>
    /// <exception cref="BadInputException">A picture or the set cannot be used.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static PackedSet Pack(
        string source,
        string target,
        PackOptions options,
        Action<int, int>? progress = null,
        CancellationToken cancellation = default
    )
    {
        using var into = new PackTarget(target);
        if (PackIndex.IsIn(source))
            throw new BadInputException($"'{source}' is a packed set already; give the directory of the image files.");

        var found = ImagesDataSet.Find(source, options.Skip, options.Folders);
        var mixed = EpochOrder.Of(MixingSeed, epoch: 1, found.Train.Count).Select(i => found.Train[i]);
        int done = 0,
            all = found.Train.Count + found.Test.Count;
        var (train, test) = (Write("train", mixed), Write("test", found.Test));
        into.Finish(
            new PackIndex(PackIndex.FormatName, PackIndex.CurrentVersion, found.Classes, options.Size, options.Quality, train, test)
        );
        return new(
            found.Train.Count,
            found.Test.Count,
            found.Classes.Count,
            train.Count + test.Count,
            train.Concat(test).Sum(s => s.Bytes)
        );

        IReadOnlyList<PackShard> Write(string split, IEnumerable<LabelledFile> files) =>
            new PackWriter(into.Directory, split, options.ShardBytes, into.Take).Write(Shrunk(files, options, cancellation), () =>
                progress?.Invoke(++done, all)
            );
    }

    /// <summary>In the order of the files, by all cores.</summary>
    private static IEnumerable<PackedPicture> Shrunk(IEnumerable<LabelledFile> files, PackOptions options, CancellationToken cancellation)
    {
        var (shrinker, archives) = (new PictureShrinker(options.Size, options.Quality), new OpenArchives());
        foreach (var crowd in files.Chunk(Crowd))
        {
            cancellation.ThrowIfCancellationRequested();
            var results = crowd.AsParallel().AsOrdered().Select(f => Shrink(shrinker, ImageFile.Of(f, archives), f.Label)).ToList();
            string[] errors = [.. results.Select(r => r.Error).OfType<string>()];
            if (errors.Length > 0)
                throw new BadInputException(errors);
            foreach (var (picture, _) in results)
                yield return picture;
        }
    }

    private static (PackedPicture Picture, string? Error) Shrink(PictureShrinker shrinker, ImageFile file, int label)
    {
        try
        {
            return (shrinker.Shrink(file, label), null);
        }
        catch (ImageException e)
        {
            return (default, e.Message);
        }
    }
}
