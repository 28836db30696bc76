using Lockstep.Core.Metrics;
using Lockstep.Core.Runs;
using Lockstep.Core.Schedules;
using Lockstep.Objects.Runs;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Objects.Tests;

public class KeptStepsTests
{
    [Fact]
    public void Surplus_ManySteps_KeepsTheNewestAndTheBest() =>
        Assert.Equal([3, 1], KeptSteps.Surplus([1, 2, 3, 4, 5], Published(5, (2, 0.9), (4, 0.5)), keep: 2));

    [Fact]
    public void Surplus_StepsOfACourseThatWasLeft_GoFirst() =>
        Assert.Equal([9, 1], KeptSteps.Surplus([1, 2, 3, 9], Published(3, (9, 1)), keep: 2));

    [Fact]
    public void Surplus_OnlyThePublished_Nothing() => Assert.Empty(KeptSteps.Surplus([5, 5], Published(5), keep: 1));

    private static Manifest Published(long step, params (long Step, double Top1)[] evaluations) =>
        new()
        {
            RunId = "run",
            Step = step,
            Epoch = 1,
            StepInEpoch = 0,
            Generation = 1,
            Replicas = 1,
            Shards = 1,
            RecipeHash = "",
            Environment = Surroundings,
            Evaluations = [.. evaluations.Select(e => new Evaluation(e.Step, [new Metric("top1", e.Top1)]))],
            Files = [],
        };

    private static RunEnvironment Surroundings { get; } = new(Threads: 1, "", "", "cpu", "fp32");
}
