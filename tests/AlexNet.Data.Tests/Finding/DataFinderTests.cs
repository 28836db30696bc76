using AlexNet.Data.Finding;
using AlexNet.Data.Opening;
using AlexNet.Data.Samples;
using AlexNet.Data.Tests.Cifar;
using AlexNet.Data.Tests.Folders;
using AlexNet.Data.Tests.Idx;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Tests.Finding;

public class DataFinderTests
{
    /// <summary>Pictures as people keep them: wrapped, nested, in several formats, some broken, with other files among them.</summary>
    private static ImageTree Messy()
    {
        var tree = new ImageTree(classes: []);
        string[] pictures = ["colour.jpg", "exif-6.jpg", "alpha.png", "lossy.webp", "cmyk.jpg", "grey.bmp", "subsampled.jpg"];
        for (int i = 0; i < 40; i++)
        {
            tree.Add($"photos/cat/{(i % 2 == 0 ? "indoor/" : "")}{i}-{pictures[i % 7]}", pictures[i % 7]);
            tree.Add($"photos/wild/fox/{i}", pictures[i % 7]); // without an extension
        }

        byte[] whole = File.ReadAllBytes(tree["photos/cat/1-exif-6.jpg"]);
        tree.Write("photos/cat/cut-off.jpg", whole.AsSpan(0, whole.Length / 2));
        tree.Write("photos/wild/fox/empty.png", []);
        tree.Write("photos/wild/fox/text.jpg", "no picture"u8);
        tree.Write("photos/cat/notes.txt", "no picture"u8);
        tree.Write("photos/cat/moving.gif", "GIF89a"u8);
        tree.Write("photos/.hidden/1.jpg", whole);
        tree.Write("__MACOSX/photos/cat/._1.jpg", "litter"u8);
        tree.Write("photos/loose.jpg", whole);
        return tree;
    }

    [Fact]
    public void Find_MessyFolder_HasClassesSplitsAndWhatIsLeftOut()
    {
        using var tree = Messy();
        var data = Find(tree);

        Assert.Equal(["cat", "wild/fox"], data.Classes);
        Assert.Equal((80, DataForm.Folders, "photos", null), (data.Train + data.Test, data.Form, data.TrainFolder, data.TestFolder));
        Assert.All(data.TrainPerClass.Concat(data.TestPerClass), count => Assert.True(count > 0));
        Assert.Equal(
            ["photos/cat/cut-off.jpg", "photos/wild/fox/empty.png", "photos/wild/fox/text.jpg"],
            data.Broken.Select(b => b.Name).Order(StringComparer.Ordinal)
        );
        Assert.Equal(["photos/loose.jpg"], data.Strays);
        Assert.Equal(["photos/cat/moving.gif", "photos/cat/notes.txt"], data.Others);
        Assert.True(File.Exists(data.Example));
    }

    /// <summary>What was found goes into the recipe, and by that every worker opens the same set.</summary>
    [Fact]
    public void Open_WithWhatWasFound_IsWhatWasFound()
    {
        using var tree = Messy();
        var data = Find(tree);
        var set = Open(tree, data);

        Assert.Equal(data.Classes, set.ClassNames);
        Assert.Equal((data.Train, data.Test), (set.Train.Count, set.Test.Count));
        Assert.Equal(set.Fingerprint, Open(tree, data).Fingerprint);
        for (int i = 0; i < set.Train.Count; i++)
            TestData.Image(set.Train, i); // none is broken
    }

    [Fact]
    public void Open_AfterAPictureWasAdded_MovesNoOther()
    {
        using var tree = Messy();
        var data = Find(tree);
        var before = Open(tree, data);
        tree.Add("photos/cat/new.jpg", "colour.jpg");
        var after = Open(tree, data);

        Assert.Subset(Names(after.Test).ToHashSet(), Names(before.Test).ToHashSet());
        Assert.Subset(Names(after.Train).ToHashSet(), Names(before.Train).ToHashSet());
        Assert.Equal(before.Train.Count + before.Test.Count + 1, after.Train.Count + after.Test.Count);
        Assert.NotEqual(before.Fingerprint, after.Fingerprint);
    }

    [Fact]
    public void Find_OrderedFolders_TakesTheirSplits()
    {
        using var tree = new ImageTree("valid");
        var data = Find(tree);
        Assert.Equal(("train", "valid"), (data.TrainFolder, data.TestFolder));
        Assert.Equal((8, 8), (data.Train, data.Test));
        Assert.Equal(tree.Open().Fingerprint, Open(tree, data).Fingerprint); // it is the set that the strict order gives
    }

    [Fact]
    public void Find_WithSeedAndShare_KeepsThem()
    {
        using var tree = Messy();
        var data = Find(tree.Path, new FoldersRecipe { Seed = 3, TestShare = 0.5 }, keepsSeed: true);
        Assert.Equal((3, 0.5), (data.Folders?.Seed, data.Folders?.TestShare));
        Assert.InRange(data.Test, 25, 55);
    }

    /// <summary>The seed is the first with which no class goes without.</summary>
    [Fact]
    public void Find_SmallClasses_ChoosesASeedThatLeavesEachATestPicture()
    {
        using var tree = new ImageTree(classes: []);
        foreach (int i in Enumerable.Range(0, 12))
            tree.Add($"class{i % 4}/{i}.jpg", "colour.jpg");
        var data = Find(tree);
        Assert.All(data.TestPerClass.Concat(data.TrainPerClass), count => Assert.True(count > 0));
    }

    [Fact]
    public void Find_OtherForms_AreTold()
    {
        using var idx = new IdxDirectory();
        using var cifar = new CifarDirectory();
        Assert.Equal(DataForm.Idx, Find(idx.Path).Form);
        Assert.Equal(DataForm.Cifar10, Find(cifar.Recipe.Data.Path ?? "").Form);
    }

    [Fact]
    public void Find_NothingToTrainOn_SaysWhatIsRequired()
    {
        using var tree = new ImageTree(classes: []);
        Assert.Contains("has no pictures; it must have a folder of them for each class", Error(tree), StringComparison.Ordinal);
        tree.Add("one/1.jpg", "colour.jpg");
        Assert.Contains("has 1 folder of pictures; a net learns to tell 2 classes or more apart", Error(tree), StringComparison.Ordinal);
        tree.Write("two/1.jpg", "junk"u8);
        Assert.Contains("class 'two'", Error(tree), StringComparison.Ordinal);
        Assert.Contains("is missing; name the directory", Assert.Throws<BadInputException>(() => Find(tree["none"])).Message);
    }

    private static FoundData Find(ImageTree tree) => Find(tree.Path);

    private static FoundData Find(string directory, FoldersRecipe? wishes = null, bool keepsSeed = false) =>
        DataFinder.Find(directory, wishes ?? new(), keepsSeed, cancellation: TestContext.Current.CancellationToken);

    private static string Error(ImageTree tree) => Assert.Throws<BadInputException>(() => Find(tree)).Message;

    private static DataSet Open(ImageTree tree, FoundData data)
    {
        var recipe = tree.Recipe(classes: data.Classes.Count);
        return DataSetOpener.Open(recipe with { Data = recipe.Data with { Folders = data.Folders } });
    }

    private static IEnumerable<string> Names(IImageSet images) => Enumerable.Range(0, images.Count).Select(images.NameOf);
}
