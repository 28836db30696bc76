using AlexNet.Data.Opening;
using AlexNet.Data.Packed;
using AlexNet.Data.Packing;
using AlexNet.Data.Samples;
using AlexNet.Data.Tests.Archives;
using AlexNet.Data.Tests.Images;
using AlexNet.Recipes.Pictures;
using AlexNet.Testing;

namespace AlexNet.Data.Tests.Ilsvrc;

/// <summary>
/// Real photos of ImageNet in the form in which it is distributed, where a copy lies in shared/data beside or above the repository.
/// </summary>
public sealed class ImageNetSamplesTests : IDisposable
{
    private const int Chosen = 24;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_TarOfTarsAndPacked_SeeTheSamePhotos()
    {
        Write();
        var recipe = TestData.Recipe(DataKind.Images) with
        {
            Data = Reading.Recipe(crop: 224, new ShortestSideResize { Size = 256, Square = true }) with
            {
                Classes = Chosen,
                Path = _folder["tars"],
            },
        };
        Packer.Pack(
            _folder["tars"],
            _folder["packed"],
            new PackOptions { Size = PackOptions.SizeFor(recipe.Data), ShardBytes = 400_000 },
            cancellation: TestContext.Current.CancellationToken
        );
        var (tars, packed) = (
            DataSetOpener.Open(recipe),
            DataSetOpener.Open(recipe with { Data = recipe.Data with { Path = _folder["packed"] } })
        );
        Assert.Equal(tars.ClassNames, packed.ClassNames);
        for (int i = 0; i < Chosen; i++)
        {
            Assert.Equal(tars.Test.LabelOf(i), packed.Test.LabelOf(i));
            foreach (int view in TenViews.Centre.Concat([1, 4, 10]))
                // what a JPEG of quality 95 loses, its colours at half the resolution
                Assert.InRange(Reading.MeanDifference(Image(tars.Test, i, view), Image(packed.Test, i, view)), 0, 4);
        }
    }

    /// <summary>One photo a synset, for training and, in another order, for validation.</summary>
    private void Write()
    {
        string[] photos = [.. Directory.GetFiles(TestData.Shared("imagenet-samples")).Order(StringComparer.Ordinal).Take(Chosen)];
        string[] synsets = [.. photos.Select(p => Path.GetFileName(p)[..9])];
        Directory.CreateDirectory(_folder["tars"]);
        File.WriteAllLines(
            _folder["tars/synsets.txt"],
            photos.Select((p, i) => $"{synsets[i]} {Path.GetFileNameWithoutExtension(p)[10..].Replace('_', ' ')}")
        );
        File.WriteAllLines(
            _folder["tars/ILSVRC2012_validation_ground_truth.txt"],
            Enumerable.Range(0, Chosen).Select(i => $"{Chosen - i}")
        );
        File.WriteAllBytes(
            _folder["tars/ILSVRC2012_img_train.tar"],
            TarBytes.Of(photos.Select((p, i) => ($"{synsets[i]}.tar", TarBytes.Of(($"{synsets[i]}_1.JPEG", File.ReadAllBytes(p))))))
        );
        File.WriteAllBytes(
            _folder["tars/ILSVRC2012_img_val.tar"],
            TarBytes.Of(photos.Reverse().Select((p, i) => ($"ILSVRC2012_val_{i + 1:D8}.JPEG", File.ReadAllBytes(p))))
        );
    }

    private static byte[] Image(IImageSet images, int index, int view)
    {
        byte[] pixels = new byte[images.Shape.Elements];
        images.Read(SampleKey.Evaluation(index, view), pixels);
        return pixels;
    }
}
