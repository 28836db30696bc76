using AlexNet.Data.Loading;
using AlexNet.Data.Opening;
using AlexNet.Data.Tests.Loading;
using Lockstep.Core.Sampling;

namespace AlexNet.Data.Tests.Folders;

public class ImageFolderDataSetTests
{
    [Theory]
    [InlineData("val")]
    [InlineData("valid")]
    [InlineData("test")]
    public void Open_Tree_HasClassesInOrdinalOrder(string test)
    {
        using var tree = new ImageTree(test);
        var set = tree.Open();
        Assert.Equal(["Alpha", "beta"], set.ClassNames);
        Assert.Equal((8, 8), (set.Train.Count, set.Test.Count));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], Enumerable.Range(0, 8).Select(set.Train.LabelOf));
        Assert.Equal(TestData.Image(set.Train, 0), TestData.Image(set.Test, 4)); // the same picture, as evaluation sees it
    }

    [Fact]
    public void Open_OtherTrees_HaveOtherFingerprints()
    {
        using var tree = new ImageTree();
        using var same = new ImageTree();
        string before = tree.Open().Fingerprint;
        Assert.Equal(before, same.Open().Fingerprint);

        File.Move(tree["train/beta/00-colour.jpg"], tree["train/beta/renamed.jpg"]);
        string renamed = tree.Open().Fingerprint;
        tree.Add("train/beta/renamed.jpg", "grey.jpg");
        Assert.Equal(3, new[] { before, renamed, tree.Open().Fingerprint }.Distinct().Count());
    }

    /// <summary>The files, their sizes and their labels stay; only the words for the labels are others.</summary>
    [Fact]
    public void Open_ClassRenamed_HasAnotherFingerprint()
    {
        using var tree = new ImageTree();
        string before = tree.Open().Fingerprint;
        foreach (string split in new[] { "train", "val" })
            Directory.Move(tree[$"{split}/Alpha"], tree[$"{split}/Aleph"]);
        Assert.NotEqual(before, tree.Open().Fingerprint);
    }

    [Fact]
    public void Identify_IsWhatOpenFinds()
    {
        using var tree = new ImageTree();
        Assert.Equivalent(tree.Open().Identity, DataSetOpener.Identify(tree.Recipe()), strict: true);
        Assert.Equivalent(DataSetOpener.Open(TestData.Recipe()).Identity, DataSetOpener.Identify(TestData.Recipe()), strict: true);
    }

    [Fact]
    public void Open_ClassWithoutAFolderOfTestImages_IsSaidToBeMissing()
    {
        using var tree = new ImageTree();
        Directory.Delete(tree["val/Alpha"], recursive: true);
        Assert.Contains(
            $"class folder '{tree["val/Alpha"]}' is missing; every class of the training images must have one",
            TestData.ErrorOf(tree.Recipe())
        );
        File.WriteAllText(tree["val/Alpha"], "a file");
        Assert.Contains($"'{tree["val/Alpha"]}' is a file; a folder", TestData.ErrorOf(tree.Recipe()));
    }

    /// <summary>Only a shell can make such a name; it comes back as one that leads nowhere.</summary>
    [Fact]
    public async Task Open_NameThatIsNotUtf8_IsNamedAsThat()
    {
        using var tree = new ImageTree();
        await ShellAsync(
            """
            for s in train val; do cp -r "$0/$s/beta" "$0/$s/$(printf 'caf\xe9')"; done
            mv "$0/train/beta/00-colour.jpg" "$0/train/beta/$(printf '\xe9.jpg')"
            """
        );
        string error = TestData.ErrorOf(tree.Recipe(classes: 3));
        await ShellAsync("""rm -r "$0"/*""");
        Assert.Contains("caf\uFFFD' has a name that is not UTF-8", error);
        Assert.Contains("\uFFFD.jpg' has a name that is not UTF-8", error);
        Assert.DoesNotContain("0 images", error);

        async Task ShellAsync(string script)
        {
            using var shell = System.Diagnostics.Process.Start("bash", ["-c", script, tree.Path]);
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, shell.ExitCode);
        }
    }

    [Fact]
    public void Open_LinkedTree_IsTheTree()
    {
        using var tree = new ImageTree();
        using var linked = new ImageTree(classes: []);
        foreach (string file in Directory.GetFiles(tree.Path, "*", SearchOption.AllDirectories))
        {
            string link = linked[Path.GetRelativePath(tree.Path, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(link) ?? "");
            File.CreateSymbolicLink(link, file);
        }
        Assert.Equal(tree.Open().Fingerprint, linked.Open().Fingerprint);
    }

    [Fact]
    public void Open_FilesWithoutKnownNames_AreTakenByContent()
    {
        using var tree = new ImageTree();
        tree.Add("train/beta/photo", "colour.jpg");
        tree.Add("train/beta/photo.JPEG", "colour.jpg");
        tree.Write("train/beta/.DS_Store", [1, 2, 3]);
        tree.Write("train/beta/Thumbs.db", [1, 2, 3]);
        Assert.Equal(10, tree.Open().Train.Count);
    }

    [Fact]
    public void Open_EverythingWrong_ListsEveryError()
    {
        using var tree = new ImageTree();
        tree.Write("train/beta/readme.txt", "no picture"u8);
        Directory.CreateDirectory(tree["train/beta/more"]);
        Directory.Delete(tree["val/Alpha"], recursive: true);
        Directory.CreateDirectory(tree["val/Alpha"]);
        tree.Add("val/gamma/1.jpg", "colour.jpg");
        string error = TestData.ErrorOf(tree.Recipe());
        Assert.Contains("readme.txt' is not a JPEG, PNG, WebP or BMP file", error);
        Assert.Contains($"'{tree["train/beta/more"]}' is a folder", error);
        Assert.Contains($"'{tree["val/Alpha"]}' has 0 images", error);
        Assert.Contains($"'{tree["val/gamma"]}' is not a class", error);
    }

    [Fact]
    public void Open_NoClasses_SaysHowManyAreRequired()
    {
        using var tree = new ImageTree(classes: []);
        Directory.CreateDirectory(tree["train"]);
        Directory.CreateDirectory(tree["val"]);
        Assert.Contains("has 0 class folders", TestData.ErrorOf(tree.Recipe()));
    }

    [Fact]
    public void Open_OtherNumberOfClasses_NamesTheSetting()
    {
        using var tree = new ImageTree();
        Assert.Contains("has 2 classes; 'data.classes' requires 3", TestData.ErrorOf(tree.Recipe(classes: 3)));
    }

    [Fact]
    public void Open_NoTrainingFolder_NamesIt()
    {
        using var tree = new ImageTree();
        Directory.Delete(tree["train"], recursive: true);
        Assert.Contains($"'{tree["train"]}' is missing", TestData.ErrorOf(tree.Recipe()));
    }

    [Fact]
    public void Load_BrokenFile_IsNamedWithItsStep()
    {
        using var tree = new ImageTree();
        tree.Write("val/beta/00-colour.jpg", "no picture"u8);
        var images = tree.Open().Test;
        using var loader = new PrefetchingLoader(images, new EvaluationBatches(images.Count, 8, new(1, 1), new(0, 0)), threads: 3);
        string error = Assert.Throws<LoadingException>(() => loader.Next(TestContext.Current.CancellationToken)).Message;
        Assert.Contains("step 0", error);
        Assert.Contains(tree["val/beta/00-colour.jpg"], error);
    }

    [Fact]
    public void Open_SkippedFiles_LeavesThemOutEverywhere()
    {
        using var tree = new ImageTree();
        string list = tree["broken.txt"];
        File.WriteAllText(list, "train/beta/01-exif-6.jpg\nval/Alpha/00-colour.jpg\n");
        var recipe = tree.Recipe() with { Data = tree.Recipe().Data with { Skip = list } };
        var (whole, set) = (tree.Open(), DataSetOpener.Open(recipe));
        Assert.Equal((7, 7), (set.Train.Count, set.Test.Count));
        Assert.Equal(TestData.Image(whole.Train, 6), TestData.Image(set.Train, 5));
        Assert.NotEqual(whole.Fingerprint, set.Fingerprint);
    }

    [Theory]
    [InlineData("train/beta/other.jpg\nx.jpg", "names 'train/beta/other.jpg' and 1 more, which")]
    [InlineData(
        "train/beta/00-colour.jpg\ntrain/beta/01-exif-6.jpg\ntrain/beta/02-alpha.png\ntrain/beta/03-lossy.webp",
        "no training picture of class 'beta'"
    )]
    public void Open_ImpossibleSkipList_NamesIt(string lines, string error)
    {
        using var tree = new ImageTree();
        string list = tree["broken.txt"];
        File.WriteAllText(list, lines);
        string found = TestData.ErrorOf(tree.Recipe() with { Data = tree.Recipe().Data with { Skip = list } });
        Assert.Contains($"'{list}'", found);
        Assert.Contains(error, found);
    }

    /// <summary>
    /// Law 1: the bytes of every step, whoever decodes which part with however many threads; and other bytes in the next epoch.
    /// </summary>
    [Theory]
    [InlineData(1, 1, 4)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(2, 2, 3)]
    [InlineData(3, 4, 2)]
    public void Load_AnyLayoutAndThreads_GivesTheSameBytes(int replicas, int shards, int threads)
    {
        using var tree = new ImageTree(perClass: 7);
        var images = tree.Open(augmented: true).Train;
        var expected = LoadedSteps.Of(images, new(1, 1), threads: 1);
        Assert.Equal(expected, LoadedSteps.Of(images, new(replicas, shards), threads));
        Assert.NotEqual(expected[0], expected[expected.Count / 2]);
    }
}
