using AlexNet.Data.Tests.Archives;

namespace AlexNet.Data.Tests.Ilsvrc;

public class IlsvrcFilesTests
{
    [Theory]
    [InlineData("tar", "tar")]
    [InlineData("tar", "folder")]
    [InlineData("tars", "tar")]
    [InlineData("tars", "folder")]
    [InlineData("folders", "tar")]
    [InlineData("folders", "folder")]
    public void Open_AnyForm_GivesTheSameSet(string train, string validation)
    {
        using var tree = new IlsvrcTree(train, validation);
        using var folders = new IlsvrcTree();
        var (set, plain) = (tree.Open(), folders.Open());
        Assert.Equal(["kit fox, Vulpes macrotis", "tench, Tinca tinca", "n03000684"], set.ClassNames);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], Enumerable.Range(0, set.Train.Count).Select(set.Train.LabelOf));
        Assert.Equal([1, 0, 2, 2, 0, 1], Enumerable.Range(0, set.Test.Count).Select(set.Test.LabelOf));
        Assert.All(Enumerable.Range(0, 12), i => Assert.Equal(TestData.Image(plain.Train, i), TestData.Image(set.Train, i)));
        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal(TestData.Image(plain.Test, i), TestData.Image(set.Test, i)));
        Assert.NotEqual(TestData.Image(set.Test, 0), TestData.Image(set.Test, 1));
    }

    /// <summary>Class folders of validation pictures need no ground truth; training pictures are found all the same.</summary>
    [Fact]
    public void Open_ValidationInFolders_NeedsNoGroundTruth()
    {
        using var tree = new IlsvrcTree("tars", "folders");
        File.Delete(tree["ILSVRC2012_validation_ground_truth.txt"]);
        Assert.Equal([0, 0, 1, 1, 2, 2], Enumerable.Range(0, 6).Select(tree.Open().Test.LabelOf));
    }

    [Fact]
    public void Open_GroundTruthInTheKit_IsFound()
    {
        using var tree = new IlsvrcTree("tar", "tar");
        Directory.CreateDirectory(tree["ILSVRC2012_devkit_t12/data"]);
        File.Move(
            tree["ILSVRC2012_validation_ground_truth.txt"],
            tree["ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt"]
        );
        Assert.Equal(1, tree.Open().Test.LabelOf(0));
    }

    [Theory]
    [InlineData("synsets.txt", "it must list the synsets")]
    [InlineData("ILSVRC2012_validation_ground_truth.txt", "it must hold the class of each validation picture")]
    [InlineData("ILSVRC2012_img_val.tar", "has no validation pictures")]
    [InlineData("ILSVRC2012_img_train.tar", "has no training pictures")]
    public void Open_MissingFile_SaysWhatItIsFor(string file, string purpose)
    {
        using var tree = new IlsvrcTree("tar", "tar");
        File.Delete(tree[file]);
        string error = TestData.ErrorOf(tree.Recipe);
        Assert.Contains(file, error);
        Assert.Contains(purpose, error);
    }

    [Theory]
    [InlineData("n02119789\ntench\nn03000684", "'tench' in line 2")]
    [InlineData("n02119789\n\nn03000684", "'' in line 2")]
    [InlineData("n02119789\nn01440764\nn02119789", "'n02119789' in lines 1 and 3")]
    [InlineData("", "has 0 synsets")]
    [InlineData("n02119789\nn01440764", "has 'n03000684.tar', which is not the tar of a synset")]
    [InlineData("n02119789\nn01440764\nn03000684\nn04589890", "has 0 pictures of synset 'n04589890'")]
    public void Open_OtherSynsets_NamesThem(string lines, string error)
    {
        using var tree = new IlsvrcTree("tar", "tar");
        tree.Write("ILSVRC2012_validation_ground_truth.txt", "1\n1\n1\n1\n1\n2\n"u8);
        tree.Write("synsets.txt", System.Text.Encoding.ASCII.GetBytes(lines));
        Assert.Contains(error, TestData.ErrorOf(tree.Recipe));
    }

    [Theory]
    [InlineData("2\n1\n3\n3\n4\n2", "'4' in line 5; a number from 1 to 3")]
    [InlineData("2\n1\n0\n3\n1\n2", "'0' in line 3")]
    [InlineData("2\n1\ncat\n3\n1\n2", "'cat' in line 3")]
    [InlineData("2\n1\n-1\n3\n1\n2", "'-1' in line 3")]
    [InlineData("2\n1\n\n3\n1\n2", "'' in line 3")]
    [InlineData("2\n1\n3\n3\n1", "'ILSVRC2012_val_00000006.JPEG', which has no line in the ground truth")]
    [InlineData("2\n1\n3\n3\n1\n2\n1\n1", "lacks 2 of the 8 pictures")]
    public void Open_OtherGroundTruth_NamesTheLine(string lines, string error)
    {
        using var tree = new IlsvrcTree("folders", "tar");
        tree.Write("ILSVRC2012_validation_ground_truth.txt", System.Text.Encoding.ASCII.GetBytes(lines));
        string found = TestData.ErrorOf(tree.Recipe);
        Assert.Contains(error, found);
        Assert.Contains("ILSVRC2012_validation_ground_truth.txt'", found);
    }

    [Fact]
    public void Open_HugeGroundTruth_IsNotRead()
    {
        using var tree = new IlsvrcTree();
        using (var file = File.OpenWrite(tree["ILSVRC2012_validation_ground_truth.txt"]))
            file.SetLength(5_000_000_000);
        Assert.Contains("has 5000000000 bytes", TestData.ErrorOf(tree.Recipe));
    }

    [Theory]
    [InlineData("folder")]
    [InlineData("tar")]
    public void Open_OtherValidationFiles_NamesThem(string form)
    {
        using var tree = new IlsvrcTree("folders", form);
        if (form == "tar")
            tree.Write("ILSVRC2012_img_val.tar", TarBytes.Of([.. IlsvrcTree.Validation().Skip(1), ("photo.JPEG", IlsvrcTree.Picture(0))]));
        else
            File.Move(tree["val/ILSVRC2012_val_00000001.JPEG"], tree["val/photo.JPEG"]);
        string error = TestData.ErrorOf(tree.Recipe);
        Assert.Contains("'photo.JPEG', which is not a validation picture", error);
        Assert.Contains("lacks 1 of the 6 pictures", error);
        Assert.Contains("the first number 1;", error);
    }

    [Fact]
    public void Open_PictureTwice_SaysSo()
    {
        using var tree = new IlsvrcTree("folders", "tar");
        tree.Write("ILSVRC2012_img_val.tar", TarBytes.Of([.. IlsvrcTree.Validation(), .. IlsvrcTree.Validation().Take(1)]));
        Assert.Contains("'ILSVRC2012_val_00000001.JPEG', which occurs twice", TestData.ErrorOf(tree.Recipe));
    }

    [Fact]
    public void Open_SynsetTwice_SaysSo()
    {
        using var tree = new IlsvrcTree("tar", "tar");
        tree.Write(
            "ILSVRC2012_img_train.tar",
            TarBytes.Of([.. IlsvrcTree.Synsets.Append("n01440764").Select(s => ($"{s}.tar", IlsvrcTree.Tar(s)))])
        );
        Assert.Contains(
            "has 'n01440764.tar', which is not the tar of a synset in 'synsets.txt', or occurs twice",
            TestData.ErrorOf(tree.Recipe)
        );
    }

    [Fact]
    public void Open_DamagedTars_NamesEachOfThem()
    {
        using var tree = new IlsvrcTree("tars", "folder");
        byte[] whole = IlsvrcTree.Tar("n02119789");
        tree.Write("train/n02119789.tar", whole[..(whole.Length / 2)]);
        tree.Write("train/n01440764.tar", "no tar at all, and long enough that nobody takes it for an empty one"u8);
        tree.Write("train/n03000684.tar", TarBytes.Of(("readme.txt", [1, 2, 3])));
        string error = TestData.ErrorOf(tree.Recipe);
        Assert.Contains($"'{tree["train/n02119789.tar"]}' ends after", error);
        Assert.Contains($"'{tree["train/n01440764.tar"]}' ", error);
        Assert.Contains("whose name is not that of a JPEG, PNG, WebP or BMP file", error);
    }

    [Fact]
    public void Read_BrokenPictureInATar_IsNamedWithItsPlace()
    {
        using var tree = new IlsvrcTree("tar", "tar");
        byte[] spoiled = TarBytes.Of(("n02119789_0.JPEG", [1, 2, 3]), ("n02119789_1.JPEG", []));
        tree.Write(
            "ILSVRC2012_img_train.tar",
            TarBytes.Of([("n02119789.tar", spoiled), .. IlsvrcTree.Synsets.Skip(1).Select(s => ($"{s}.tar", IlsvrcTree.Tar(s)))])
        );
        var images = tree.Open().Train;
        string Error(int index) => Assert.Throws<Data.Images.Formats.ImageException>(() => TestData.Image(images, index)).Message;
        Assert.Contains($"'{tree["ILSVRC2012_img_train.tar"]}/n02119789.tar/n02119789_0.JPEG' begins with", Error(0));
        Assert.Contains("n02119789_1.JPEG' has 0 bytes", Error(1));
    }
}
