using AlexNet.Net.Predictions;

namespace AlexNet.Net.Tests.Predictions;

public class ClassAveragesTests
{
    /// <summary>
    /// scikit-learn's precision_recall_fscore_support([0,0,0,1,1,2], [0,0,1,1,1,1], average="macro", zero_division=0): the class 2 is never
    /// predicted, and class 3 is nowhere.
    /// </summary>
    [Fact]
    public void Of_AClassThatIsNeverPredicted_CountsAsZero()
    {
        var averages = Of((0, 0), (0, 0), (0, 1), (1, 1), (1, 1), (2, 1));
        Assert.Equal(3, averages.Classes);
        Assert.Equal((2 / 3.0 + 1 + 0) / 3, averages.Recall, 1e-15);
        Assert.Equal((1 + 1 / 2.0 + 0) / 3, averages.Precision, 1e-15);
        Assert.Equal((4 / 5.0 + 2 / 3.0 + 0) / 3, averages.F1, 1e-15);
    }

    [Fact]
    public void Of_AClassWithoutSamplesThatIsPredicted_CountsAsZeroToo()
    {
        var averages = Of((0, 0), (0, 3));
        Assert.Equal((2, 0.25, 0.5), (averages.Classes, averages.Recall, averages.Precision));
        Assert.Equal(2 / 3.0 / 2, averages.F1, 1e-15);
    }

    [Fact]
    public void Of_SamplesWithoutAnAnswer_AreMissed()
    {
        var averages = Of((0, 0), (0, null), (1, null));
        Assert.Equal((2, 0.25, 0.5), (averages.Classes, averages.Recall, averages.Precision));
    }

    private static ClassAverages Of(params (int Actual, int? Predicted)[] samples)
    {
        var matrix = new ConfusionMatrix(4);
        foreach (var (actual, predicted) in samples)
            matrix.Add(actual, predicted);
        return ClassAverages.Of(ClassResult.Of(matrix, ["a", "b", "c", "d"]));
    }
}
