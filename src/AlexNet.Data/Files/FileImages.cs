using AlexNet.Data.Archives;
using AlexNet.Data.Images;
using AlexNet.Data.Images.Formats;
using AlexNet.Data.Listing;
using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Files;

/// <summary>Image files, decoded when they are read.</summary>
/// <param name="directory">The directory of the data set.</param>
/// <param name="files">The files, in the order of their indices.</param>
/// <param name="data">What the net takes.</param>
/// <param name="reader">Decodes the files.</param>
/// <param name="archives">Opens the archives in which they lie; by default as files of their own.</param>
internal sealed class FileImages(
    string directory,
    IReadOnlyList<LabelledFile> files,
    DataRecipe data,
    ImageReader reader,
    OpenArchives? archives = null
) : IImageSet
{
    private readonly OpenArchives _archives = archives ?? new();

    public int Count => files.Count;

    public MapShape Shape { get; } = new(data.Channels, data.Height, data.Width);

    public int Classes => data.Classes;

    public int LabelOf(int index) => files[index].Label;

    public string NameOf(int index) => SkipList.NameOf(directory, files[index]);

    /// <exception cref="ImageException">The file cannot be used.</exception>
    public (int Width, int Height) SizeOf(int index) => reader.SizeOf(ImageFile.Of(files[index], _archives));

    /// <exception cref="ImageException">The file cannot be used.</exception>
    public void Read(SampleKey sample, Span<byte> pixels) => reader.Read(ImageFile.Of(files[sample.Index], _archives), sample, pixels);
}
