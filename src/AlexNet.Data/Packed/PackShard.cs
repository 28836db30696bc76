using AlexNet.Data.Images.Formats;

namespace AlexNet.Data.Packed;

/// <summary>One shard: a tar of samples in the WebDataset convention, each <c>KEY.jpg</c> (or png, webp, bmp) and <c>KEY.cls</c>.</summary>
/// <param name="File">Its file name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its hash, hexadecimal.</param>
/// <param name="First">The number of its first sample, which is that sample's key.</param>
/// <param name="Sizes">Bytes of each picture.</param>
/// <param name="Labels">The class of each picture.</param>
internal sealed record PackShard(string File, long Bytes, string Sha256, int First, IReadOnlyList<int> Sizes, IReadOnlyList<int> Labels)
{
    public int Count => Sizes.Count;

    /// <summary>What is wrong with it, or null.</summary>
    /// <param name="files">The files of the set.</param>
    /// <param name="classes">Number of classes.</param>
    public string? Problem(IPackFiles files, int classes)
    {
        if (File.Length == 0 || File != Path.GetFileName(File))
            return $"shard '{File}' is not a file name; a name without folders is required";
        if (Count == 0 || Count != Labels.Count)
        {
            return $"shard '{File}' has {Lockstep.Core.Texts.Count.Of(Count, "size")} and "
                + $"{Lockstep.Core.Texts.Count.Of(Labels.Count, "label")}; the two must be equal, and 1 or more";
        }

        if (Sizes.Any(s => s is < 1 or > ImageLimits.FileBytes))
        {
            return $"shard '{File}' has a picture of {Sizes.First(s => s is < 1 or > ImageLimits.FileBytes)} bytes; 1 to "
                + $"{ImageLimits.FileBytes} are allowed";
        }

        if (Labels.Any(l => l < 0 || l >= classes))
            return $"shard '{File}' has label {Labels.First(l => l < 0 || l >= classes)}; 0 to {classes - 1} are allowed";
        if (SampleLayout.ShardBytes(Sizes) is var required && required != Bytes)
            return $"shard '{File}' is to have {Bytes} bytes; its pictures require {required}";
        string path = $"{files.Name}/{File}";
        return files.LengthOf(File) is not { } length ? $"shard '{path}' is missing"
            : length == Bytes ? null
            : $"shard '{path}' has {length} bytes; {Bytes} are required; it is cut off or another's";
    }
}
