using System.Text.Json.Nodes;
using AlexNet.Cli.Sweeping;
using AlexNet.Testing;
using Lockstep.Core.Runs;
using Lockstep.Core.Schedules;
using Lockstep.Storage.Checkpoints;

namespace AlexNet.Cli.Tests.Sweeping;

public sealed class SweepRunTests : IDisposable
{
    private const int StepsOfEpoch = 7;

    private readonly StoredRun _run = new(new KeyValuePair<string, JsonNode?>("training.epochs", 2));

    [Theory]
    [InlineData(5, false)] // as an interruption leaves it
    [InlineData(StepsOfEpoch, false)]
    [InlineData(2 * StepsOfEpoch, true)]
    public void HasEnded_ARunOfTwoEpochs_HasWithItsLastStep(long step, bool hasEnded) =>
        Assert.Equal(hasEnded, SweepRun.HasEnded(_run.Net.Recipe, At(step)));

    [Fact]
    public void HasEnded_ALongerRunThanBefore_HasNot()
    {
        var recipe = _run.Net.Recipe;
        Assert.False(SweepRun.HasEnded(recipe with { Training = recipe.Training with { Epochs = 3 } }, At(2 * StepsOfEpoch)));
    }

    [Fact]
    public void HasEnded_ARunThatStoppedByItsOwnRule_Has()
    {
        var recipe = _run.Net.Recipe;
        var patient = recipe with { Training = recipe.Training with { Epochs = 9, StopAfter = 2 } };
        Evaluation[] worse = [.. Enumerable.Range(1, 3).Select(epoch => Measured.At(epoch * StepsOfEpoch, 0.6 - 0.1 * epoch))];
        Assert.True(SweepRun.HasEnded(patient, At(3 * StepsOfEpoch) with { Evaluations = worse }));
        Assert.False(SweepRun.HasEnded(patient, At(2 * StepsOfEpoch) with { Evaluations = worse[..2] }));
    }

    [Fact]
    public void HasEnded_WithoutACheckpoint_HasNot() => Assert.False(SweepRun.HasEnded(_run.Net.Recipe, null));

    public void Dispose() => _run.Dispose();

    /// <summary>A checkpoint of a run with 28 pictures in batches of 4.</summary>
    private Manifest At(long step) =>
        (new CheckpointStore(_run.Path).List()[0].Manifest ?? throw new InvalidOperationException("the run has no checkpoint")) with
        {
            Step = step,
            Data = new DataIdentity("fingerprint", 4 * StepsOfEpoch, 3, StoredRun.Classes),
        };
}
