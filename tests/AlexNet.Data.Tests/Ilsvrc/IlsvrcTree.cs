using AlexNet.Data.Opening;
using AlexNet.Data.Samples;
using AlexNet.Data.Tests.Archives;
using AlexNet.Data.Tests.Images;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using AlexNet.Testing;

namespace AlexNet.Data.Tests.Ilsvrc;

/// <summary>
/// A temporary set in ILSVRC form: three synsets of four training pictures, six validation pictures; made of the fixtures.
/// </summary>
internal sealed class IlsvrcTree : IDisposable
{
    /// <summary>Not in the order of their names, as in the development kit.</summary>
    public static readonly string[] Synsets = ["n02119789", "n01440764", "n03000684"];

    public static readonly int[] Truth = [2, 1, 3, 3, 1, 2];

    private static readonly string[] Pictures = ["colour.jpg", "grey.jpg", "exif-6.jpg", "cmyk.jpg", "subsampled.jpg", "progressive.jpg"];

    private readonly TemporaryFolder _folder = new();

    /// <param name="train">tar, tars or folders.</param>
    /// <param name="validation">tar, folder or folders.</param>
    public IlsvrcTree(string train = "folders", string validation = "folder")
    {
        Write("synsets.txt", "n02119789 kit fox, Vulpes macrotis\nn01440764 tench, Tinca tinca\nn03000684\n"u8);
        Write("ILSVRC2012_validation_ground_truth.txt", System.Text.Encoding.ASCII.GetBytes(string.Join('\n', Truth) + "\n"));
        if (train == "tar")
        {
            Write("ILSVRC2012_img_train.tar", TarBytes.Of(Synsets.Select(s => ($"{s}.tar", Tar(s)))));
        }
        else
        {
            foreach (string synset in Synsets)
            {
                if (train == "tars")
                {
                    Write($"train/{synset}.tar", Tar(synset));
                }
                else
                {
                    foreach (var (name, content) in OfSynset(synset))
                        Write($"train/{synset}/{name}", content);
                }
            }
        }

        if (validation == "tar")
        {
            Write("ILSVRC2012_img_val.tar", TarBytes.Of(Validation().Reverse())); // out of order, as tars are
        }
        else
        {
            foreach (var ((name, content), label) in Validation().Zip(Truth))
                Write(validation == "folder" ? $"val/{name}" : $"val/{Synsets[label - 1]}/{name}", content);
        }
    }

    public string this[string name] => _folder[name];

    public Recipe Recipe =>
        TestData.Recipe(DataKind.Images, _folder.Path) with
        {
            Data = Reading.Recipe() with { Classes = 3, Path = _folder.Path },
        };

    public static byte[] Tar(string synset) => TarBytes.Of(OfSynset(synset));

    public static IEnumerable<(string Name, byte[] Content)> Validation() =>
        Enumerable.Range(1, Truth.Length).Select(i => ($"ILSVRC2012_val_{i:D8}.JPEG", Picture(i - 1)));

    public static byte[] Picture(int i) => File.ReadAllBytes(Fixture.PathOf(Pictures[i % Pictures.Length]));

    public DataSet Open() => DataSetOpener.Open(Recipe);

    public void Write(string name, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[name]) ?? "");
        File.WriteAllBytes(this[name], content);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<(string Name, byte[] Content)> OfSynset(string synset)
    {
        int first = Array.IndexOf(Synsets, synset);
        return Enumerable.Range(0, 4).Select(i => ($"{synset}_{i}.JPEG", Picture(first + i))).Reverse();
    }
}
