using Lockstep.Core.Metrics;
using Lockstep.Core.Texts;
using Lockstep.Storage.Comparing;
using Lockstep.Views;
using Spectre.Console;

namespace Lockstep.Tests.Views;

public class CompareLinesTests
{
    private static readonly SeriesComparison Loss = SeriesComparison.Of(
        [.. Steps(128).Select(s => (s, 2.0))],
        [.. Steps(120).Select(s => (s, s < 45 ? 2.0 : 2 + s / 1024.0))]
    );

    private static readonly SeriesComparison TestLoss = SeriesComparison.Of([(32, 1.5), (64, 1.25)], [(32, 1.5), (64, 1.25)]);

    private static readonly TensorDifference[] Tensors =
    [
        new("conv1.weight", 0.0125),
        new("fc6.bias", 2),
        new("fc7.bias", null),
        new("fc8.bias", 1e-7),
    ];

    private static readonly CheckpointComparison Newest = new(
        120,
        [new("weights", KindState.OtherTensors, new(16, Tensors)), new("optimizer", KindState.SameTensors, new(16, []))],
        [
            new("environment.threads", "1", "2"),
            new("environment.instructionSet", "\"x64 fma avx2 avx512f avx512-vnni avx512-bf16\"", "\"x64 fma avx2\""),
        ]
    );

    private static readonly MetricComparison[] Metrics =
    [
        new(MetricNames.TestLoss, TestLoss),
        new(MetricNames.Top1, TestLoss),
        new(MetricNames.Top5, TestLoss),
    ];

    private static readonly RunComparison Runs = new(
        Loss,
        Metrics,
        [Newest, Newest with { Step = 80 }, Newest with { Step = 40, Kinds = [new("weights", KindState.SameFiles)] }],
        [120, 80, 40],
        [120, 80, 40],
        [new("optimizer.rate", "0.01", "0.02"), new("training.stopAfter", null, "3")]
    );

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(4096)]
    public void Of_AnyWidth_FitsAndTellsAll(int columns)
    {
        string text = Render(Runs, columns);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, columns));
        string words = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (
            string expected in (string[])
                [
                    "first before second after",
                    "The losses of step 45 are 2 and 2.0439453125.",
                    "0.117 at 120",
                    "0.0554 at 120",
                    "8 steps are in the first run alone: from step 121 to 128.",
                    "Checkpoint of step 120: weights differ in 4 of 16 tensors: fc7.bias (of another shape, or in only one run), "
                        + "fc6.bias by 2, conv1.weight by 0.0125, and 1 more; states of the optimiser equal, tensor by tensor (the files "
                        + "are cut differently).",
                    "2 older checkpoints (steps 80, 40): 1 differs (step 80).",
                    "The recipes differ in 2 values:",
                    "training.stopAfter",
                    "unset",
                    "The manifests of step 120 differ in 2 values:",
                    "environment.instructionSet",
                    "The runs differ: the losses part at step 45; 8 steps are in one run alone; the checkpoints of step 80 differ.",
                ]
        )
        {
            Assert.Contains(expected, words, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Of_EqualRuns_SaysWhatIsEqualAndNothingElse()
    {
        var saved = Newest with { Kinds = [new("weights", KindState.SameFiles)], Facts = [] };
        var equal = new RunComparison(TestLoss, Metrics, [saved], [120], [120], []);
        string[] lines = Render(equal, 80).TrimEnd().Split('\n');
        Assert.Equal("Checkpoint of step 120: weights equal.", lines[^2]);
        Assert.Equal("The runs are equal bit for bit.", lines[^1]);
        Assert.Equal(9, lines.Length);
    }

    [Fact]
    public void Verdict_WithoutAnyCheckpoint_ClaimsNothingOfWeights()
    {
        var unsaved = Runs with { Loss = TestLoss, Checkpoints = [], StepsSavedByOne = [], StepsSavedByOther = [] };
        string text = Render(unsaved, 80);
        Assert.Contains("The weights were not compared: neither run has saved a checkpoint.", text, StringComparison.Ordinal);
        Assert.EndsWith("The losses are equal bit for bit.", text.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_CheckpointsOfOtherSteps_SaysWhichThereAre() =>
        Assert.Contains(
            "no step has a checkpoint of both runs; the first run has those of steps 120, 80, the second those of step 40.",
            Render(Runs with { Checkpoints = [], StepsSavedByOne = [120, 80], StepsSavedByOther = [40] }, 4096),
            StringComparison.Ordinal
        );

    [Fact]
    public void Verdict_WithinATolerance_SaysThatTheBitsDiffer() =>
        Assert.Equal(
            "The losses are equal within the tolerance of 0.0001; the runs are not equal bit for bit.",
            CompareLines.Verdict(Runs, new(Verdict.WithinTolerance, []), 1e-4)
        );

    [Fact]
    public void Of_VeryManySettings_ListsTheFirstAndCountsTheRest()
    {
        var many = Runs with { Settings = [.. Steps(25).Select(i => new KeyedDifference($"key{i}", "1", "2"))] };
        Assert.Contains("5 more; --json has all.", Render(many, 80), StringComparison.Ordinal);
    }

    private static IEnumerable<long> Steps(int count) => Enumerable.Range(1, count).Select(s => (long)s);

    private static string Render(RunComparison comparison, int columns)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = columns;
        console.Write(CompareLines.Of(("before", "after"), comparison, Judgement.Of(comparison, null), null));
        return text.ToString();
    }
}
