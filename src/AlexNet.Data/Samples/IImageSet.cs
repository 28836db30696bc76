using System.Globalization;
using AlexNet.Recipes;

namespace AlexNet.Data.Samples;

/// <summary>Labelled images of one size, addressed by index; every member may be called from several threads at once.</summary>
public interface IImageSet
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>
    /// Images that lie together, in the order of their indices: an epoch reads nearly one shard after the other. All in one by default.
    /// </summary>
    IReadOnlyList<int> Shards => [Count];

    /// <summary>Channels, height and width of every image.</summary>
    MapShape Shape { get; }

    /// <summary>Number of classes; labels are 0 to classes - 1.</summary>
    int Classes { get; }

    int LabelOf(int index);

    /// <summary>By what people find an image: its file, as seen from the data set's directory, or its number.</summary>
    string NameOf(int index) => index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Width and height of an image as it lies there, upright, in pixels.</summary>
    (int Width, int Height) SizeOf(int index) => (Shape.Width, Shape.Height);

    /// <summary>Writes one image as bytes, channels x height x width; <paramref name="pixels"/> holds exactly that many.</summary>
    void Read(SampleKey sample, Span<byte> pixels);
}
