using AlexNet.Data.Folders;

namespace AlexNet.Data.Tests.Folders;

/// <summary>What folders mean, from the names of pictures alone.</summary>
public class TreeFormTests
{
    [Theory]
    [InlineData("cat dog", "", null, "cat/1.jpg", "dog/1.jpg")]
    [InlineData("cat dog", "photos/", null, "photos/cat/1.jpg", "photos/dog/1.jpg")]
    [InlineData("cat dog", "a/b/train/", "a/b/val/", "a/b/train/cat/1.jpg", "a/b/train/dog/1.jpg", "a/b/val/cat/2.jpg")]
    [InlineData("cat dog", "Training/", "Testing/", "Training/cat/1.jpg", "Training/dog/1.jpg", "Testing/dog/2.jpg")]
    [InlineData("cat dog", "train/", "validation/", "train/cat/1.jpg", "train/dog/1.jpg", "validation/cat/1.jpg", "test/cat/1.jpg")]
    [InlineData("cat dog", "train/", null, "train/cat/1.jpg", "train/dog/1.jpg", "test/1.jpg")] // nobody knows their labels
    [InlineData("cat dog", "train/", null, "train/cat/1.jpg", "train/dog/1.jpg")]
    [InlineData("pets/cat pets/dog rose", "", null, "pets/cat/1.jpg", "pets/dog/1.jpg", "rose/1.jpg")]
    [InlineData("cat dog", "", null, "cat/1.jpg", "cat/indoor/2.jpg", "dog/far/away/1.jpg", "dog/2.jpg")]
    [InlineData("cat dog", "", null, "cat/1.jpg", "dog/1.jpg", "loose.jpg")]
    [InlineData("train val", "", null, "x/train/1.jpg", "x/val/1.jpg")] // pictures right in them: these are classes
    public void Form_OfATree_HasClassesAndSplits(string classes, string train, string? test, params string[] pictures)
    {
        if (classes == "train val")
            Assert.Empty(new TreeForm(pictures, depth: null).Classes);
        else
            Check(new TreeForm(pictures, depth: null), classes, train, test);
    }

    [Fact]
    public void Form_WithADepth_TakesTheFoldersThere()
    {
        string[] pictures = ["pets/cat/1.jpg", "pets/dog/1.jpg", "plants/rose/1.jpg", "plants/2.jpg"];
        Check(new TreeForm(pictures, depth: 1), "pets plants", "", null);
        var deep = new TreeForm(pictures, depth: 2);
        Check(deep, "pets/cat pets/dog plants/rose", "", null);
        Assert.Null(deep.LabelOf("plants/2.jpg"));
    }

    [Fact]
    public void LabelOf_PictureBelowAClass_IsThatOfTheClass()
    {
        var form = new TreeForm(
            ["train/cat/1.jpg", "train/cat/indoor/2.jpg", "train/dog/1.jpg", "val/dog/sub/1.jpg", "val/bird/1.jpg"],
            null
        );
        Assert.Equal(
            (0, 0, 1, 1),
            (
                form.LabelOf("train/cat/1.jpg"),
                form.LabelOf("train/cat/indoor/2.jpg"),
                form.LabelOf("train/dog/1.jpg"),
                form.LabelOf("val/dog/sub/1.jpg")
            )
        );
        Assert.True(form.IsInTest("val/dog/sub/1.jpg"));
        Assert.Null(form.LabelOf("val/bird/1.jpg"));
        Assert.Null(form.LabelOf("loose.jpg"));
    }

    private static void Check(TreeForm form, string classes, string train, string? test)
    {
        Assert.Equal(classes.Split(' '), form.Classes);
        Assert.Equal((train, test), (form.Train, form.Test));
    }
}
