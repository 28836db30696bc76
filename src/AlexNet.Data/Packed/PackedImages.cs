using AlexNet.Data.Files;
using AlexNet.Data.Samples;
using AlexNet.Recipes;

namespace AlexNet.Data.Packed;

/// <summary>Pictures in shards; whoever reads one has those that come next read ahead.</summary>
internal sealed class PackedImages(FileImages files, ReadAhead ahead, IReadOnlyList<int> shards) : IImageSet
{
    public int Count => files.Count;

    public MapShape Shape => files.Shape;

    public int Classes => files.Classes;

    public IReadOnlyList<int> Shards => shards;

    public int LabelOf(int index) => files.LabelOf(index);

    public string NameOf(int index) => files.NameOf(index);

    public (int Width, int Height) SizeOf(int index) => files.SizeOf(index);

    public void Read(SampleKey sample, Span<byte> pixels)
    {
        ahead.Reading(sample);
        files.Read(sample, pixels);
    }
}
