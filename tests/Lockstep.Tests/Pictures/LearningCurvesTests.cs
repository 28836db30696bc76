using System.Xml.Linq;
using AlexNet.Testing;
using Lockstep.Core.Runs;
using Lockstep.Pictures;
using Lockstep.Storage.Runs;

namespace Lockstep.Tests.Pictures;

public sealed class LearningCurvesTests : IDisposable
{
    private const string First = "#1f77b4",
        Second = "#ff7f0e"; // the colours of the first two runs
    private const int LossPanel = 330;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_AFallingLoss_DrawsALineThatFalls()
    {
        using var pixels = Draw(Run("run", 500, epochs: 3, loss: step => 5 - step * 0.008));
        var (early, late) = (Column(pixels, First, 200), Column(pixels, First, 700));
        Assert.NotEmpty(early);
        Assert.NotEmpty(late);
        Assert.True(
            late.Min() > early.Max() + 50,
            $"the line is at rows {string.Join(' ', early)} and later at rows {string.Join(' ', late)}"
        );
        Assert.Empty(pixels.Where(Second));
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
        Assert.Equal((one.Width, one.Height), (broken.Width, broken.Height));
        Assert.NotEmpty(broken.Where(First));
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
        Assert.Contains("bleu on the test set", words);
        Assert.Contains("last 31.0000", words);
    }

    [Fact]
    public void Write_ARunThatMeasuresTheLossAlone_HasNoPanelForAnythingElse()
    {
        var words = Words(new PlottedRun("run", new RunHistory([Measured.Step(1, 3)], [new(1, 1, 2, [new("test_loss", 2)])])));
        Assert.DoesNotContain(words, word => word.EndsWith("on the test set", StringComparison.Ordinal));
        Assert.Contains("learning rate", words);
    }

    [Fact]
    public void Write_Svg_HoldsWordsThatCanBeRead()
    {
        var words = Words(Run("run", 30, epochs: 1, loss: _ => 1));
        Assert.Contains("learning rate", words);
        Assert.Contains("training", words);
        Assert.Contains("best 50.00% after epoch 1", words);
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
