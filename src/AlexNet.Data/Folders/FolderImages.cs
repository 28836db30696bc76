using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Data.Images;

namespace AlexNet.Data.Folders;

/// <summary>Image files, decoded when they are read.</summary>
internal sealed class FolderImages(IReadOnlyList<LabelledFile> files, DataRecipe data, ImageReader reader) : IImageSet
{
    public int Count => files.Count;

    public MapShape Shape { get; } = new(data.Channels, data.Height, data.Width);

    public int Classes => data.Classes;

    public int LabelOf(int index) => files[index].Label;

    /// <exception cref="ImageException">The file cannot be used.</exception>
    public void Read(SampleKey sample, Span<byte> pixels) => reader.Read(files[sample.Index].Path, sample, pixels);
}
