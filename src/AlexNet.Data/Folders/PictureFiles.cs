using System.Collections.Concurrent;
using AlexNet.Data.Images;
using AlexNet.Data.Images.Formats;
using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Folders;

/// <summary>
/// Picture files of unknown classes. One that cannot be used does not end the reading of the others: it is black, and
/// <see cref="ProblemOf"/> says what is wrong with it.
/// </summary>
/// <param name="paths">The files: JPEG, PNG, WebP or BMP, whatever their names.</param>
/// <param name="data">The recipe's data section, which says how pictures are prepared.</param>
/// <param name="seed">The run's seed.</param>
public sealed class PictureFiles(IReadOnlyList<string> paths, DataRecipe data, long seed) : IImageSet
{
    private readonly ImageReader _reader = new(data, seed);
    private readonly ConcurrentDictionary<int, string> _problems = [];

    public int Count => paths.Count;

    public MapShape Shape { get; } = new(data.Channels, data.Height, data.Width);

    public int Classes => data.Classes;

    /// <summary>What is wrong with a file that has been read; null for one that can be used.</summary>
    public string? ProblemOf(int index) => _problems.GetValueOrDefault(index);

    /// <summary>Nobody knows: 0.</summary>
    public int LabelOf(int index) => 0;

    public void Read(SampleKey sample, Span<byte> pixels)
    {
        try
        {
            _reader.Read(paths[sample.Index], sample, pixels);
        }
        catch (ImageException e)
        {
            _problems[sample.Index] = e.Message;
            pixels.Clear();
        }
    }
}
