using AlexNet.Data.Images;
using AlexNet.Data.Images.Decoding;
using AlexNet.Data.Opening;
using AlexNet.Data.Tests.Images;
using AlexNet.Recipes.Pictures;
using AlexNet.Testing;
using SkiaSharp;

namespace AlexNet.Data.Tests.Folders;

/// <summary>Real photos, where a copy lies in shared/data beside or above the repository.</summary>
public class SharedDataTests
{
    [Fact]
    public void Open_Flowers_GivesFiveClasses()
    {
        string path = TestData.Shared("flowers-128");
        var set = DataSetOpener.Open(TestData.Recipe(DataKind.Images, path, classes: 5, height: 32, width: 32));
        Assert.Equal(5, set.ClassNames.Count);
        Assert.Equal(4305, set.Train.Count + set.Test.Count);
        Assert.All(Enumerable.Range(0, 50), i => Assert.True(TestData.Image(set.Test, i * set.Test.Count / 50).Distinct().Count() > 8));
    }

    [Fact]
    public void Read_ImageNetSamples_IsTheSameByBothDecoders()
    {
        string[] files = Directory.GetFiles(TestData.Shared("imagenet-samples"));
        var recipe = Reading.Recipe(crop: 224, new ShortestSideResize { Size = 256 }, new() { RandomCrop = true, HorizontalFlip = true });
        var reader = new ImageReader(recipe, seed: 0);
        if (!reader.UsesTurboJpeg)
            Assert.Skip("this machine has no libjpeg-turbo (libturbojpeg0).");
        Assert.All(files.Select((f, i) => (f, i)), x =>
            Assert.Equal(Reading.Read(x.f, recipe, new(x.i, 1), JpegDecoder.Skia), Reading.Read(x.f, recipe, new(x.i, 1), JpegDecoder.Auto))
        );
    }

    /// <summary>
    /// Made so small that the decoder shrinks most of them, against the same without shrinking: what is left to the filter is enough.
    /// The whole picture stands for Pillow's, from which it differs by less than 0.01 (benchmarks/loader).
    /// </summary>
    [Fact]
    public void Read_ShrunkByTheDecoder_StaysWithinOneLevel()
    {
        string[] files = Directory.GetFiles(TestData.Shared("imagenet-samples"));
        var differences = new List<double>();
        foreach (string file in files.Where(IsUpright)) // a BMP file cannot lie on its side
        {
            var recipe = Reading.Recipe(crop: 48, new WholeResize());
            differences.Add(Reading.MeanDifference(Reading.Read(file, recipe), Unshrunk(file, recipe)));
        }
        Assert.InRange(differences.Average(), 0, 0.5);
        Assert.InRange(differences.Max(), 0, 1);
    }

    private static bool IsUpright(string file)
    {
        using var codec = SKCodec.Create(file);
        return codec.EncodedOrigin == SKEncodedOrigin.TopLeft;
    }

    /// <summary>By way of a BMP file, which no decoder shrinks.</summary>
    private static byte[] Unshrunk(string file, DataRecipe recipe)
    {
        using var folder = new TemporaryFolder();
        using var codec = SKCodec.Create(file);
        using var bitmap = new SKBitmap(codec.Info.WithColorType(SKColorType.Rgba8888).WithColorSpace(null));
        Assert.Equal(SKCodecResult.Success, codec.GetPixels(bitmap.Info, bitmap.GetPixels()));
        File.WriteAllBytes(folder["whole.bmp"], BitmapFile.Of(bitmap));
        return Reading.Read(folder["whole.bmp"], recipe);
    }
}
