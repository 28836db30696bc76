using AlexNet.Net.Predictions;

namespace AlexNet.Net.Tests.Predictions;

public class ConfusionMatrixTests
{
    private static readonly string[] Names = ["cat", "dog", "emu"];

    [Fact]
    public void Of_SomeConfusions_GivesRecallPrecisionAndTheWorst()
    {
        var matrix = Matrix((0, 0), (0, 0), (0, 1), (0, 1), (0, 2), (1, 1), (1, 1), (1, 1));
        var (cat, dog) = (ClassResult.Of(matrix, Names)[0], ClassResult.Of(matrix, Names)[1]);
        Assert.Equal(new ClassResult(0, "cat", 5, 2 / 5.0, 1, 4 / 7.0, new Confusion(1, "dog", 2)), cat);
        Assert.Equal(new ClassResult(1, "dog", 3, 1, 3 / 5.0, 3 / 4.0, null), dog);
    }

    [Fact]
    public void Of_ClassWithoutSamples_HasNoRecallAndAPrecisionWhereItWasSeen()
    {
        Assert.Equal(new ClassResult(2, "emu", 0, null, 0, 0, null), ClassResult.Of(Matrix((0, 2)), Names)[2]);
        Assert.Equal(new ClassResult(2, "emu", 0, null, null, null, null), ClassResult.Of(Matrix((0, 0)), Names)[2]);
    }

    [Fact]
    public void Of_SampleWithoutAnAnswer_CountsForRecallOnly()
    {
        var matrix = Matrix((0, 0));
        matrix.Add(0, null);
        Assert.Equal(new ClassResult(0, "cat", 2, 0.5, 1, 2 / 3.0, null), ClassResult.Of(matrix, Names)[0]);
    }

    [Fact]
    public void Of_EquallyOftenConfused_NamesTheFirst() =>
        Assert.Equal(1, ClassResult.Of(Matrix((0, 2), (0, 1)), Names)[0].Confusion?.Index);

    private static ConfusionMatrix Matrix(params (int Actual, int Predicted)[] samples)
    {
        var matrix = new ConfusionMatrix(Names.Length);
        foreach (var (actual, predicted) in samples)
            matrix.Add(actual, predicted);
        return matrix;
    }
}
