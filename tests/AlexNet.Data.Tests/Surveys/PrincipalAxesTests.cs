using AlexNet.Data.Surveys;

namespace AlexNet.Data.Tests.Surveys;

public class PrincipalAxesTests
{
    /// <summary>The axes of the 2012 paper, found again in the covariance that they make.</summary>
    [Fact]
    public void Of_ImageNetsCovariance_GivesThePublishedAxes()
    {
        double[] deviations = [121.780, 37.094, 19.721];
        double[][] axes =
        [
            [-0.5635, -0.5762, -0.5920],
            [-0.7126, -0.0235, 0.7012],
            [0.4180, -0.8170, 0.3974],
        ];
        double[,] covariance = new double[3, 3];
        foreach (
            var (i, a, b) in from i in Enumerable.Range(0, 3)
            from a in Enumerable.Range(0, 3)
            from b in Enumerable.Range(0, 3)
            select (i, a, b)
        )
        {
            covariance[a, b] += deviations[i] * deviations[i] * axes[i][a] * axes[i][b];
        }

        var found = PrincipalAxes.Of(covariance);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(deviations[i], found.Deviations[i], tolerance: 0.05);
            double along = found.Axes[i].Zip(axes[i], (x, y) => x * y).Sum();
            Assert.Equal(1, Math.Abs(along), tolerance: 1e-3); // the published digits are four
        }
    }

    [Fact]
    public void Of_DiagonalMatrix_OrdersItsAxes()
    {
        var found = PrincipalAxes.Of(
            new double[,]
            {
                { 4, 0 },
                { 0, 25 },
            }
        );
        Assert.Equal([5, 2], found.Deviations);
        Assert.Equal([0, 1], found.Axes[0]);
        Assert.Equal([1, 0], found.Axes[1]);
    }

    [Fact]
    public void Of_OneChannel_IsItsDeviation() =>
        Assert.Equal(
            [3],
            PrincipalAxes
                .Of(
                    new double[,]
                    {
                        { 9 },
                    }
                )
                .Deviations
        );

    /// <summary>Of an even set, whose colours do not vary.</summary>
    [Fact]
    public void Of_Nothing_IsNothing() => Assert.Equal([0, 0, 0], PrincipalAxes.Of(new double[3, 3]).Deviations);
}
