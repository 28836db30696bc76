using AlexNet.Testing;
using Lockstep.Pictures;
using Lockstep.Storage.Comparing;
using Lockstep.Storage.Runs;

namespace Lockstep.Tests.Pictures;

public sealed class DifferencePictureTests : IDisposable
{
    private const string Second = "#d55e00",
        Difference = "#082f57";
    private const int LossPanel = 470;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_LossesThatPart_DrawsTheirDifferenceBelow()
    {
        using var pixels = Draw(step => 5 - step * 0.008, step => 5 - step * 0.008 + (step > 250 ? 0.5 : 0));
        Assert.Equal(1000, pixels.Width);
        Assert.Contains(pixels.Where(Second), p => p.Y < LossPanel);
        var difference = pixels.Where(Difference);
        Assert.All(difference, p => Assert.True(p.Y > LossPanel));
        Assert.True(difference.Where(p => p.X > 600).Min(p => p.Y) < difference.Where(p => p.X < 400).Max(p => p.Y) - 50); // it rises
    }

    [Fact]
    public void Write_DifferencesOfManyMagnitudes_AreDrawnByTheirLogarithms()
    {
        using var pixels = Draw(_ => 1, step => step < 100 ? 1 : 1 + Math.Pow(10, -8 + step / 100.0));
        var columns = pixels.Where(Difference).Where(p => p.X > 320).GroupBy(p => p.X / 100).OrderBy(g => g.Key);
        var heights = columns.Select(g => g.Min(p => p.Y)).ToList();
        Assert.True(heights.Count > 4);
        Assert.Equal(heights.OrderDescending(), heights);
        Assert.DoesNotContain(pixels.Where(Difference), p => p.X < 200); // nothing where nothing differs
    }

    [Fact]
    public void Write_EqualLossesOneStepAndLossesThatAreNoNumbers_StillDraws()
    {
        using var equal = Draw(_ => 2, _ => 2);
        using var one = Draw(_ => 2, _ => 3, steps: 1);
        using var broken = Draw(_ => 2, step => step > 100 ? double.NaN : 2);
        Assert.Equal((equal.Width, equal.Height), (broken.Width, one.Height));
        Assert.NotEmpty(equal.Where(Second));
    }

    public void Dispose() => _folder.Dispose();

    private Pixels Draw(Func<int, double> first, Func<int, double> second, int steps = 500)
    {
        var (one, other) = (Run("one", first, steps), Run("other", second, steps));
        DifferencePicture.Write(_folder["plot.png"], one, other, SeriesComparison.Of(Losses(one), Losses(other)));
        return new Pixels(_folder["plot.png"]);
    }

    private static IEnumerable<(long, double)> Losses(PlottedRun run) => run.History.Steps.Select(s => (s.Step, s.Loss));

    private static PlottedRun Run(string name, Func<int, double> loss, int steps) =>
        new(name, new RunHistory([.. Enumerable.Range(1, steps).Select(s => Measured.Step(s, loss(s)))], []));
}
