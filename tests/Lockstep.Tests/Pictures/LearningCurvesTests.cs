using System.Text.RegularExpressions;
using System.Xml.Linq;
using AlexNet.Testing;
using Lockstep.Core.Metrics;
using Lockstep.Core.Runs;
using Lockstep.Pictures;
using Lockstep.Storage.Runs;

namespace Lockstep.Tests.Pictures;

public sealed class LearningCurvesTests : IDisposable
{
    private const string First = "#082f57",
        Second = "#d55e00"; // of training and of the test set; of two runs, of the first and the second
    private const int LossPanel = 560;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_AFallingLoss_DrawsALineThatFalls()
    {
        using var pixels = Draw(Run("run", 500, epochs: 0, loss: step => 5 - step * 0.008));
        var (early, late) = (Column(pixels, First, 200), Column(pixels, First, 700));
        Assert.NotEmpty(early);
        Assert.NotEmpty(late);
        Assert.True(
            late.Min() > early.Max() + 50,
            $"the line is at rows {string.Join(' ', early)} and later at rows {string.Join(' ', late)}"
        );
    }

    [Fact]
    public void Write_TwoRuns_DrawsTheLowerLossLower()
    {
        using var pixels = Draw(Run("one", 300, epochs: 2, loss: _ => 3), Run("two", 300, epochs: 2, loss: _ => 1));
        Assert.True(Column(pixels, Second, 400).Min() > Column(pixels, First, 400).Max());
    }

    [Fact]
    public void Write_OneStepNoEpochAndLossesThatAreNoNumbers_StillDraws()
    {
        using var one = Draw(Run("run", 1, epochs: 0, loss: _ => 2));
        using var broken = Draw(Run("run", 50, epochs: 1, loss: step => step > 20 ? double.NaN
                : step == 10 ? double.PositiveInfinity
                : 2));
        Assert.Equal(one.Width, broken.Width);
        Assert.NotEmpty(broken.Where(First));
    }

    /// <summary>The loss has a panel, and five guesses at five classes are always right, of which weights it may be.</summary>
    [Fact]
    public void NamesOf_WeightsAndTheirAverage_LeavesOutTheSameOfBoth()
    {
        string[] measured = ["test_loss", "top1", "top5", "raw_test_loss", "raw_top1", "raw_top5"];
        EpochRecord[] epochs = [new(1, 10, 2, [.. measured.Select(name => new Metric(name, 0.5))])];
        var run = new PlottedRun("run", new RunHistory([Measured.Step(1, 3), Measured.Step(10, 1)], epochs)) { Classes = 5 };
        Assert.Equal(["top1", "raw_top1"], MetricCurves.NamesOf([run]));
    }

    [Fact]
    public void Write_ARunWithAMetricOfItsOwn_DrawsThatMetric()
    {
        EpochRecord[] epochs =
        [
            new(1, 10, 2, [new("test_loss", 2), new("bleu", 20)]),
            new(2, 20, 1, [new("test_loss", 1), new("bleu", 31)]),
        ];
        var words = Words(new PlottedRun("run", new RunHistory([Measured.Step(1, 3), Measured.Step(20, 1)], epochs)));
        Assert.Contains("test bleu", words);
        Assert.Contains("last 31.0000", words);
    }

    [Fact]
    public void Write_ARunThatMeasuresTheLossAlone_HasNoPanelForAnythingElse()
    {
        var words = Words(new PlottedRun("run", new RunHistory([Measured.Step(1, 3)], [new(1, 1, 2, [new("test_loss", 2)])])));
        Assert.DoesNotContain(words, word => word.StartsWith("test ", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_Svg_HoldsWordsThatCanBeRead()
    {
        var words = Words(Run("run", 30, epochs: 1, loss: _ => 1));
        Assert.Contains("learning rate", words);
        Assert.Contains("training, each step", words);
        Assert.Contains("training, smoothed", words);
        Assert.Contains("top 1: best 50.00% after epoch 1", words);
        Assert.Contains("top 5: best 90.00% after epoch 1", words);
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(5, false)]
    [InlineData(6, true)]
    [InlineData(null, true)] // nobody knows
    public void Write_TopFive_IsDrawnForMoreThanFiveClasses(int? classes, bool isDrawn)
    {
        var words = Words(Run("run", 30, epochs: 1, loss: _ => 1) with { Classes = classes });
        Assert.Equal(isDrawn, words.Exists(word => word.StartsWith("top 5", StringComparison.Ordinal)));
        Assert.Contains(words, word => word.EndsWith("best 50.00% after epoch 1", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_ARateThatStays_IsANumberAndNoPanel()
    {
        var changing = Run("run", 30, epochs: 1, loss: _ => 1);
        var constant = changing with
        {
            History = changing.History with { Steps = [.. changing.History.Steps.Select(s => s with { Rate = 0.02 })] },
        };
        var words = Words(constant);
        Assert.Contains("step (learning rate 0.02 throughout)", words);
        Assert.DoesNotContain("learning rate", words);
        using var low = Draw(constant);
        using var high = Draw(changing);
        Assert.True(low.Height < high.Height - 200, $"{low.Height} and {high.Height} rows");
    }

    [Fact]
    public void Write_AWideRange_IsLogarithmicAndSaysSo()
    {
        Assert.Contains("loss (logarithmic)", Words(Run("run", 300, epochs: 1, loss: step => 5.0 / step)));
        Assert.Contains("loss (linear)", Words(Run("run", 300, epochs: 1, loss: step => 5 - step * 0.01)));
        Assert.Contains("loss (linear)", Words(Run("run", 300, epochs: 1, loss: step => 100 - step))); // falls below zero
    }

    [Fact]
    public void Write_AStepThatIsFarOff_IsCountedAndLeavesTheRestItsRoom()
    {
        var words = Words(Run("run", 1000, epochs: 1, loss: step => step == 500 ? -1e6 : 2 + 0.1 * (step % 7)));
        Assert.DoesNotContain(words, word => word.Contains("1E+", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_Epochs_HaveAnAxisOfTheirOwn()
    {
        var words = Words(Run("run", 300, epochs: 6, loss: _ => 1));
        Assert.Contains("epoch", words);
        Assert.Superset(new HashSet<string> { "1", "2", "3", "4", "5", "6" }, words.ToHashSet());
        Assert.DoesNotContain("epoch", Words(Run("run", 300, epochs: 0, loss: _ => 1)));
    }

    [Fact]
    public void Write_OneRun_HasTestAndTrainingInTwoColours()
    {
        using var pixels = Draw(Run("run", 300, epochs: 3, loss: step => 5.0 / step));
        Assert.NotEmpty(pixels.Where(First));
        Assert.NotEmpty(pixels.Where(Second));
    }

    [Fact]
    public void Write_SeveralRuns_AreNamedBelowTheirPanels()
    {
        LearningCurves.Write(_folder["plot.svg"], [Run("one", 300, epochs: 2, loss: _ => 3), Run("two", 300, epochs: 0, loss: _ => 1)]);
        string text = File.ReadAllText(_folder["plot.svg"]);
        Assert.Contains("one: best 50.00% after epoch 2", text, StringComparison.Ordinal);
        Assert.Contains("two: no epoch has ended yet", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SeveralRunsOfWhichOneHasManyClasses_ExplainsItsMarksAlone()
    {
        var run = Run("run", 300, epochs: 2, loss: _ => 3);
        LearningCurves.Write(_folder["plot.svg"], [run with { Name = "few", Classes = 5 }, run with { Name = "many", Classes = 10 }]);
        string text = File.ReadAllText(_folder["plot.svg"]);
        Assert.Single(Regex.Matches(text, ">\\s*top 1\\s*<"));
        Assert.Single(Regex.Matches(text, ">\\s*top 5\\s*<"));
    }

    public void Dispose() => _folder.Dispose();

    private List<string> Words(PlottedRun run)
    {
        LearningCurves.Write(_folder["plot.svg"], [run]);
        var texts = XDocument.Load(_folder["plot.svg"]).Descendants().Where(e => e.Name.LocalName == "text");
        return [.. texts.Select(e => e.Value.Trim())];
    }

    /// <summary>Rows of the loss panel where a column has this colour.</summary>
    private static List<int> Column(Pixels pixels, string colour, int x) =>
        [.. pixels.Where(colour).Where(p => p.X == x && p.Y < LossPanel).Select(p => p.Y)];

    private Pixels Draw(params PlottedRun[] runs)
    {
        LearningCurves.Write(_folder["plot.png"], runs);
        return new Pixels(_folder["plot.png"]);
    }

    private static PlottedRun Run(string name, int steps, int epochs, Func<int, double> loss) =>
        new(
            name,
            new RunHistory(
                [.. Enumerable.Range(1, steps).Select(s => Measured.Step(s, loss(s), s < steps / 2 ? 0.1 : 0.001))],
                [
                    .. Enumerable
                        .Range(1, epochs)
                        .Select(e => Measured.Epoch(e, e * steps / epochs, loss(e * steps / epochs), 0.5 * e / epochs, 0.9)),
                ]
            )
        );
}
