using AlexNet.Data.Opening;
using AlexNet.Data.Samples;
using AlexNet.Data.Tests.Images;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using AlexNet.Testing;

namespace AlexNet.Data.Tests.Folders;

/// <summary>A temporary data set of image folders, made of the fixtures, of which a test spoils something.</summary>
internal sealed class ImageTree : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ImageTree(string test = "val", int perClass = 4, string[]? classes = null)
    {
        string[] pictures = ["colour.jpg", "exif-6.jpg", "alpha.png", "lossy.webp", "cmyk.jpg", "grey.bmp", "subsampled.jpg"];
        foreach (string split in new[] { "train", test })
        {
            foreach (string name in classes ?? ["beta", "Alpha"])
            {
                for (int i = 0; i < perClass; i++)
                    Add($"{split}/{name}/{i:00}-{pictures[i % pictures.Length]}", pictures[i % pictures.Length]);
            }
        }
    }

    public string Path => _folder.Path;

    public string this[string name] => _folder[name];

    public void Add(string name, string fixture) => Write(name, File.ReadAllBytes(Fixture.PathOf(fixture)));

    public void Write(string name, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name]) ?? Path);
        File.WriteAllBytes(this[name], content);
    }

    public Recipe Recipe(int classes = 2, bool augmented = false) =>
        TestData.Recipe(DataKind.Images, Path, seed: 9, classes) with
        {
            Data = Reading.Recipe(augmentation: new() { RandomCrop = augmented, HorizontalFlip = augmented }) with
            {
                Classes = classes,
                Path = Path,
            },
        };

    public DataSet Open(int classes = 2, bool augmented = false) => DataSetOpener.Open(Recipe(classes, augmented));

    public void Dispose() => _folder.Dispose();
}
