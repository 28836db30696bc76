using AlexNet.Core.Net;

namespace AlexNet.Data;

/// <summary>Labelled images of one size, addressed by index; every member may be called from several threads at once.</summary>
public interface IImageSet
{
    /// <summary>Number of images.</summary>
    int Count { get; }

    /// <summary>Channels, height and width of every image.</summary>
    MapShape Shape { get; }

    /// <summary>Number of classes; labels are 0 to classes - 1.</summary>
    int Classes { get; }

    int LabelOf(int index);

    /// <summary>Writes one image as bytes, channels x height x width; <paramref name="pixels"/> holds exactly that many.</summary>
    void Read(SampleKey sample, Span<byte> pixels);
}
