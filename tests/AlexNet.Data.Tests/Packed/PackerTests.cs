using System.Formats.Tar;
using System.Text.Json.Nodes;
using AlexNet.Data.Images;
using AlexNet.Data.Opening;
using AlexNet.Data.Packed;
using AlexNet.Data.Packing;
using AlexNet.Data.Samples;
using AlexNet.Data.Tests.Folders;
using AlexNet.Data.Tests.Images;
using AlexNet.Data.Tests.Loading;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Sampling;

namespace AlexNet.Data.Tests.Packed;

public sealed class PackerTests : IDisposable
{
    /// <summary>Little enough that the fixtures fill several shards.</summary>
    private static readonly PackOptions Small = new() { Size = Fixture.Size, ShardBytes = 20_000 };

    private readonly TemporaryFolder _folder = new();
    private readonly ImageTree _tree = new(perClass: 14);

    private string Target => _folder["packed"];

    public void Dispose()
    {
        _tree.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Pack_Folders_KeepsEveryPictureAndItsClass()
    {
        var packed = Pack(Target, Small);
        Assert.Equal((28, 28, 2), (packed.Train, packed.Test, packed.Classes));
        var (set, original) = (
            Open(grey: true),
            DataSetOpener.Open(_tree.Recipe() with { Data = _tree.Recipe().Data with { Channels = 1 } })
        );
        Assert.Equal(original.ClassNames, set.ClassNames);
        Assert.Equal(Enumerable.Range(0, 28).Select(original.Test.LabelOf), Enumerable.Range(0, 28).Select(set.Test.LabelOf));
        Assert.All(Enumerable.Range(0, 28), i => // in grey, as a JPEG's colours lose half of their resolution, and the fixtures are garish
            Assert.InRange(Reading.MeanDifference(TestData.Image(original.Test, i), TestData.Image(set.Test, i)), 0, 3)
        );
        Assert.Equal(
            Enumerable.Range(0, 28).Select(original.Train.LabelOf).Order(),
            Enumerable.Range(0, 28).Select(set.Train.LabelOf).Order()
        );
        Assert.True(set.Train.Shards.Count > 2);
        Assert.Equal(28, set.Train.Shards.Sum());
    }

    [Fact]
    public void Pack_Twice_WritesTheSameBytes()
    {
        Pack(Target, Small);
        Pack(_folder["again"], Small);
        string[] names = [.. Directory.GetFiles(Target).Select(f => Path.GetFileName(f)).Order()];
        Assert.Equal(names, Directory.GetFiles(_folder["again"]).Select(Path.GetFileName).Order());
        Assert.All(names, n => Assert.Equal(File.ReadAllBytes(Path.Combine(Target, n)), File.ReadAllBytes(_folder[$"again/{n}"])));
    }

    /// <summary>What any reader of the WebDataset convention expects: files of one sample together, under one name up to the dot.</summary>
    [Fact]
    public void Pack_Shards_FollowTheWebDatasetConvention()
    {
        Pack(Target, Small);
        using var tar = new TarReader(File.OpenRead(Path.Combine(Target, "test-000000.tar")));
        while (tar.GetNextEntry(copyData: true) is { } picture)
        {
            var label = tar.GetNextEntry(copyData: true) ?? throw new InvalidDataException("a picture without label");
            Assert.Equal(picture.Name.Split('.')[0] + ".cls", label.Name);
            Assert.Contains(picture.Name.Split('.')[1], new[] { "jpg", "png", "webp", "bmp" });
            Assert.Contains(new StreamReader(label.DataStream ?? Stream.Null).ReadToEnd(), new[] { "0", "1" });
            Assert.Equal(DateTimeOffset.UnixEpoch, picture.ModificationTime);
        }
    }

    [Fact]
    public void Shrink_LargePicture_HasTheShortestSideAndSmallOnesStayAsTheyAre()
    {
        var (shrinker, path) = (new PictureShrinker(20, quality: 95), Fixture.PathOf("exif-6.jpg"));
        byte[] small = shrinker.Shrink(new ImageFile(path), label: 7).Content;
        File.WriteAllBytes(_folder["small.jpg"], small);
        var recipe = Reading.Recipe(crop: 20, new ShortestSideResize { Size = 20 }, channels: 1);
        // upright, and the same picture
        Assert.InRange(Reading.MeanDifference(Reading.Read(path, recipe), Reading.Read(_folder["small.jpg"], recipe)), 0, 3);
        using var codec = SkiaSharp.SKCodec.Create(_folder["small.jpg"]);
        Assert.Equal(20, Math.Min(codec.Info.Width, codec.Info.Height));
        Assert.Equal(File.ReadAllBytes(path), new PictureShrinker(1000, 95).Shrink(new ImageFile(path), 7).Content);
    }

    [Fact]
    public void Pack_BrokenPicture_NamesItAndLeavesNoSet()
    {
        _tree.Write("train/beta/00-colour.jpg", "no picture"u8);
        string error = Assert.Throws<BadInputException>(() => Pack(Target, Small)).Message;
        Assert.Contains(_tree["train/beta/00-colour.jpg"], error);
        Assert.False(File.Exists(Path.Combine(Target, PackIndex.FileName)));
    }

    [Fact]
    public void Pack_IntoAPackedSet_Refuses()
    {
        Pack(Target, Small);
        Assert.Contains("is a packed set already", Assert.Throws<BadInputException>(() => Pack(Target, Small)).Message);
    }

    [Fact]
    public void Open_RecipeOfLargerPictures_SaysHowToPackAgain()
    {
        Pack(Target, Small);
        Assert.Contains("--size 64", Error(new ShortestSideResize { Size = 64 }));
    }

    [Fact]
    public void Open_OtherNumberOfClasses_SaysBoth()
    {
        Pack(Target, Small);
        Assert.Contains(
            "has 2 classes; 'data.classes' requires 3",
            TestData.ErrorOf(Recipe() with { Data = Recipe().Data with { Classes = 3 } })
        );
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("longer")]
    [InlineData("missing")]
    public void Open_OtherShard_NamesIt(string what)
    {
        Pack(Target, Small);
        string shard = Path.Combine(Target, "train-000001.tar");
        if (what == "missing")
        {
            File.Delete(shard);
        }
        else
        {
            using (var file = File.OpenWrite(shard))
                file.SetLength(what == "cut" ? file.Length - 512 : file.Length + 512);
        }

        Assert.Contains($"shard '{shard}'", Error());
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":2", "version 2")]
    [InlineData("\"alexnet-pack\"", "\"other\"", "format 'other'")]
    [InlineData("\"file\":\"train-000000.tar\"", "\"file\":\"../../etc/passwd\"", "is not a file name")]
    [InlineData("\"labels\":[", "\"labels\":[99,", "sizes and")]
    [InlineData("\"sizes\":[", "\"sizes\":[-5,", "sizes and")]
    [InlineData("\"classes\":[", "\"klasses\":[", "is damaged")]
    [InlineData("\"classes\":[\"Alpha\",", "\"classes\":[", "has 1 class")]
    [InlineData("{", "{{", "is damaged")]
    public void Open_SpoiledIndex_NamesItAndWhatIsWrong(string from, string to, string error)
    {
        Pack(Target, Small);
        Rewrite(text => ReplaceFirst(text, from, to));
        Assert.Contains(error, Error());
        Assert.Contains(PackIndex.FileName, Error());
    }

    [Fact]
    public void Open_LabelOrSizeOutOfRange_NamesTheShard()
    {
        Pack(Target, Small);
        Rewrite(text => Edited(text, shard => Array(shard, "labels")[0] = 2));
        Assert.Contains("has label 2; 0 to 1 are allowed", Error());
        Rewrite(text => Edited(text, shard => (Array(shard, "labels")[0], Array(shard, "sizes")[0]) = (1, int.MaxValue)));
        Assert.Contains("has a picture of 2147483647 bytes", Error());
        Rewrite(text => Edited(text, shard => Array(shard, "sizes")[0] = 70_000));
        Assert.Contains("its pictures require", Error());
    }

    [Fact]
    public void Open_IndexCutShort_IsDamaged()
    {
        Pack(Target, Small);
        Rewrite(text => text[..(text.Length / 2)]);
        Assert.Contains("is damaged", Error());
    }

    /// <summary>A hole as large as a disk: refused by its size, and not read.</summary>
    [Fact]
    public void Open_HugeIndex_IsNotRead()
    {
        Pack(Target, Small);
        using (var file = File.OpenWrite(Path.Combine(Target, PackIndex.FileName)))
            file.SetLength(20L << 30);
        Assert.Contains("has 21474836480 bytes", Error());
    }

    /// <summary>Law 1, with a window of shards that is not the whole set.</summary>
    [Theory]
    [InlineData(1, 2, 1)]
    [InlineData(2, 1, 3)]
    [InlineData(2, 2, 2)]
    public void Load_AnyLayoutAndThreads_GivesTheSameBytes(int replicas, int shards, int threads)
    {
        Pack(Target, Small with { ShardBytes = 6_000 });
        var images = DataSetOpener
            .Open(
                Recipe() with
                {
                    Data = Recipe().Data with
                    {
                        Augmentation = new() { RandomCrop = true, HorizontalFlip = true },
                    },
                }
            )
            .Train;
        Assert.True(images.Shards.Count > ShardOrder.WindowShards);
        Assert.Equal(LoadedSteps.Of(images, new(1, 1), threads: 1), LoadedSteps.Of(images, new(replicas, shards), threads));
    }

    [Fact]
    public void Pack_SkippedFiles_LeavesThemOut()
    {
        _tree.Write("train/beta/00-colour.jpg", "no picture"u8);
        File.WriteAllText(_folder["broken"], "train/beta/00-colour.jpg\n");
        Assert.Equal(27, Pack(Target, Small with { Skip = _folder["broken"] }).Train);
    }

    [Fact]
    public void Fingerprint_OtherPictures_Differs()
    {
        Pack(Target, Small);
        Pack(_folder["other"], Small with { Quality = 80, Size = 41 });
        Assert.NotEqual(
            Open().Fingerprint,
            DataSetOpener.Open(Recipe() with { Data = Recipe().Data with { Path = _folder["other"] } }).Fingerprint
        );
    }

    private Recipe Recipe(ResizeRecipe? resize = null) =>
        _tree.Recipe() with
        {
            Data = _tree.Recipe().Data with { Path = Target, Resize = resize ?? _tree.Recipe().Data.Resize },
        };

    private DataSet Open(bool grey = false) => DataSetOpener.Open(Recipe() with { Data = Recipe().Data with { Channels = grey ? 1 : 3 } });

    private string Error(ResizeRecipe? resize = null) => TestData.ErrorOf(Recipe(resize));

    private void Rewrite(Func<string, string> edit)
    {
        string path = Path.Combine(Target, PackIndex.FileName);
        File.WriteAllText(path, edit(File.ReadAllText(path)));
    }

    private static string Edited(string text, Action<JsonNode> edit)
    {
        var root = JsonNode.Parse(text) ?? throw new InvalidDataException();
        edit(root["train"]?[0] ?? throw new InvalidDataException());
        return root.ToJsonString();
    }

    private static JsonArray Array(JsonNode shard, string name) => shard[name] as JsonArray ?? throw new InvalidDataException();

    private static string ReplaceFirst(string text, string from, string to)
    {
        int at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, $"{from} is not in the index");
        return text[..at] + to + text[(at + from.Length)..];
    }

    private PackedSet Pack(string target, PackOptions options) =>
        Packer.Pack(_tree.Path, target, options, cancellation: TestContext.Current.CancellationToken);
}
