using AlexNet.Data.Images;
using AlexNet.Data.Opening;
using AlexNet.Data.Samples;
using AlexNet.Data.Surveys;
using AlexNet.Data.Tests.Folders;
using AlexNet.Data.Tests.Images;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Tests.Surveys;

public class SetSurveyTests
{
    /// <summary>Two pictures of two pixels, by hand: red 0, 10, 20, 30; green always 100; blue 30, 20, 10, 0.</summary>
    [Fact]
    public void Of_TwoPictures_HasTheirMeansDeviationsAndAxes()
    {
        var recipe = new DataRecipe
        {
            Kind = DataKind.Idx,
            Classes = 3,
            Channels = 3,
            Height = 1,
            Width = 2,
        };
        var images = new PixelImages(
            new(3, 1, 2),
            recipe,
            new ImageReader(recipe, seed: 0),
            [0, 10, 100, 100, 30, 20, 20, 30, 100, 100, 10, 0],
            [2, 2]
        );
        var survey = SetSurvey.Of(new DataSet(images, images, ["a", "b", "c"], ""), cancellation: TestContext.Current.CancellationToken);

        Assert.Equal([0, 0, 2], survey.Train.PerClass);
        Assert.Equal(new PixelRange(2, 2, 2), survey.Train.Widths);
        double[] means = [15 / 255.0, 100 / 255.0, 15 / 255.0],
            deviations = [Math.Sqrt(125) / 255, 0, Math.Sqrt(125) / 255];
        Assert.Equal(means, survey.Colours.Mean);
        Assert.Equal(deviations, survey.Colours.Std.Select(s => Math.Round(s, 15)), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(Math.Sqrt(250), survey.Colours.Axes.Deviations[0], tolerance: 1e-9);
        Assert.Equal(
            [Math.Sqrt(0.5), 0, -Math.Sqrt(0.5)],
            survey.Colours.Axes.Axes[0].Select(x => x * Math.Sign(survey.Colours.Axes.Axes[0][0])),
            (a, b) => Math.Abs(a - b) < 1e-9
        );
        Assert.Equal([10 / 255f, 20 / 255f, 100 / 255f, 100 / 255f, 20 / 255f, 10 / 255f], survey.Colours.MeanImage);
    }

    [Fact]
    public void Of_TreeWithBrokenFiles_NamesThemAndCountsTheRest()
    {
        using var tree = new ImageTree();
        tree.Write("train/beta/01-exif-6.jpg", "no picture"u8);
        tree.Write("val/Alpha/00-colour.jpg", []);
        var set = tree.Open();
        int told = 0;
        var survey = SetSurvey.Of(set, (_, _) => Interlocked.Increment(ref told), TestContext.Current.CancellationToken);
        Assert.Equal(["train/beta/01-exif-6.jpg"], survey.Train.Broken.Select(b => b.Name));
        Assert.Equal(["val/Alpha/00-colour.jpg"], survey.Test.Broken.Select(b => b.Name));
        Assert.Contains("begins with 'no picture'", survey.Train.Broken[0].Problem);
        Assert.Equal(set.Train.Count + set.Test.Count, told);

        // what it names is what a recipe can leave out
        File.WriteAllLines(tree["broken.txt"], survey.Train.Broken.Concat(survey.Test.Broken).Select(b => b.Name));
        var repaired = DataSetOpener.Open(tree.Recipe() with { Data = tree.Recipe().Data with { Skip = tree["broken.txt"] } });
        Assert.Empty(SetSurvey.Of(repaired, cancellation: TestContext.Current.CancellationToken).Train.Broken);
    }

    [Fact]
    public void Of_AnyNumberOfThreads_GivesTheSameBits()
    {
        using var tree = new ImageTree(perClass: 7);
        var recipe = tree.Recipe() with { Data = Reading.Recipe() with { Classes = 2, Path = tree.Path } };
        var (first, second) = (Survey(), Survey());
        Assert.Equal(first.Colours.Mean, second.Colours.Mean);
        Assert.Equal(first.Colours.MeanImage, second.Colours.MeanImage);
        Assert.Equal(first.Colours.Axes.Deviations, second.Colours.Axes.Deviations);

        SetSurvey Survey() => SetSurvey.Of(DataSetOpener.Open(recipe), cancellation: TestContext.Current.CancellationToken);
    }

    /// <summary>The published values of Fashion-MNIST.</summary>
    [Fact]
    public void Of_FashionMnist_HasThePublishedMeanAndDeviation()
    {
        string path = TestData.Shared("fashion-mnist");
        var set = DataSetOpener.Open(TestData.Recipe(DataKind.Idx, path, channels: 1, height: 28, width: 28));
        var survey = SetSurvey.Of(set, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(0.2860, survey.Colours.Mean[0], tolerance: 5e-5);
        Assert.Equal(0.3530, survey.Colours.Std[0], tolerance: 5e-5);
        Assert.All(survey.Train.PerClass, c => Assert.Equal(6000, c));
    }
}
