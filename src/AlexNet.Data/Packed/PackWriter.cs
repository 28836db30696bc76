using System.Formats.Tar;
using System.Globalization;
using System.Text;
using Lockstep.Storage.Files;

namespace AlexNet.Data.Packed;

/// <summary>
/// Writes the shards of one split, the same bytes for the same samples. In the WebDataset convention files that belong to one sample follow
/// each other in the tar and share their name up to the first dot. Source: webdataset/webdataset, "WebDataset File Format Specification".
/// </summary>
/// <param name="directory">The directory for the shards.</param>
/// <param name="split">What their names begin with.</param>
/// <param name="shardBytes">After so many a shard is full.</param>
/// <param name="place">Takes each shard once it is written.</param>
internal sealed class PackWriter(string directory, string split, long shardBytes, Action<ManifestFile>? place = null)
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly List<PackShard> _shards = [];
    private int _first;

    /// <summary>The key of a sample.</summary>
    public static string KeyOf(int number) => number.ToString("D8", CultureInfo.InvariantCulture);

    /// <summary>Writes all samples, which are taken one by one, and returns their shards.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="written">Called after each.</param>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public IReadOnlyList<PackShard> Write(IEnumerable<PackedPicture> samples, Action written)
    {
        using var rest = samples.GetEnumerator();
        bool more = rest.MoveNext();
        while (more)
        {
            var (sizes, labels) = (new List<int>(), new List<int>());
            string name = string.Create(CultureInfo.InvariantCulture, $"{split}-{_shards.Count:D6}.tar");
            var file = DurableFile.Write(Path.Combine(directory, name), stream =>
            {
                using var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true);
                for (long bytes = 0; more && bytes < shardBytes; more = rest.MoveNext())
                {
                    bytes += SampleLayout.SampleBytes(rest.Current.Content.Length);
                    Write(tar, rest.Current, KeyOf(_first + sizes.Count));
                    sizes.Add(rest.Current.Content.Length);
                    labels.Add(rest.Current.Label);
                    written();
                }
            });
            place?.Invoke(file);
            _shards.Add(new(name, file.Bytes, file.Sha256, _first, sizes, labels));
            _first += sizes.Count;
        }
        return _shards;
    }

    private static void Write(TarWriter tar, PackedPicture sample, string key)
    {
        tar.WriteEntry(Entry($"{key}.{sample.Extension}", sample.Content));
        tar.WriteEntry(Entry($"{key}.cls", Encoding.ASCII.GetBytes(sample.Label.ToString(CultureInfo.InvariantCulture))));
    }

    /// <summary>Nothing in it depends on who writes it, when and where.</summary>
    private static UstarTarEntry Entry(string name, byte[] content) =>
        new(TarEntryType.RegularFile, name)
        {
            DataStream = new MemoryStream(content),
            Mode = Mode,
            ModificationTime = DateTimeOffset.UnixEpoch,
        };
}
