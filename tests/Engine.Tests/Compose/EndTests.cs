using AlexNet.Testing;
using Engine.Tests.Engines;
using Lockstep.Core.Errors;

namespace Engine.Tests.Compose;

/// <summary>What each end of a run leads to under compose: the rows of the table in docs/operations.md.</summary>
public sealed class EndTests(DockerEngine engine, Undisturbed undisturbed) : IClassFixture<Undisturbed>
{
    private const int SomeSteps = 50;
    private static readonly string[] Processes = ["worker-0", "worker-1", "coordinator"];

    [Theory]
    [InlineData("drain")]
    [InlineData("stop")]
    public async Task Ended_by_an_operator_the_engine_starts_nobody_again_until_somebody_asks(string action)
    {
        await engine.StartAsync();
        await using ComposeProject project = new(engine, "cpu", Undisturbed.Short);
        await project.RunAsync("up --detach");
        string run = await project.RunDirectoryAsync();
        await project.TrainsBeyondAsync(SomeSteps);
        await project.ActAsync(action);
        await project.EndedAsync(0, Processes);
        int steps = TrainedState.RecordedSteps(run);

        await project.RunAsync("up --detach");
        await project.EndedAsync(0, Processes);
        Assert.Equal(steps, TrainedState.RecordedSteps(run));
        foreach (string service in Processes)
            Assert.Equal(0, (await project.StateAsync(service)).Restarts);

        await project.RunAsync("up --detach", new KeyValuePair<string, string?>("ALEXNET_RESUME", "true"));
        await project.EndedAsync(0, Processes);
        await undisturbed.AssertSameAsync(run, replicas: 1);
    }

    [Fact]
    public async Task Bad_settings_are_refused_a_few_times_and_then_left()
    {
        await engine.StartAsync();
        await using ComposeProject project = new(engine, "cpu", new() { ["ALEXNET_SET"] = "training.batch=0" });
        await project.RunAsync("up --detach");
        await project.EndedAsync(ExitCodes.BadInput, "coordinator");
        Assert.InRange((await project.StateAsync("coordinator")).Restarts, 0, 3);
        Assert.Contains("training.batch", await project.LogsAsync("coordinator"), StringComparison.Ordinal);
        await project.LoggedAsync("worker-0", "cannot be joined yet"); // Compose cannot tell it that nobody comes
        await project.RunAsync("stop");
        await project.EndedAsync(ExitCodes.Interrupted, "worker-0", "worker-1");
    }

    [Fact]
    public async Task A_worker_that_is_killed_by_hand_comes_back_when_it_is_asked_to()
    {
        await engine.StartAsync();
        await using ComposeProject project = new(engine, "cpu", Undisturbed.Short);
        await project.RunAsync("up --detach");
        await project.TrainsBeyondAsync(SomeSteps);
        await project.RunAsync("kill worker-1");
        await project.LoggedAsync("coordinator", "was lost");
        Assert.True((await project.StateAsync("worker-1")).HasEnded);
        await project.RunAsync("up --detach");
        await project.EndedAsync(0, Processes);
        await undisturbed.AssertSameAsync(await project.RunDirectoryAsync(), replicas: 1);
    }

    [Fact]
    public async Task A_worker_that_waits_for_its_coordinator_ends_with_3_when_it_is_stopped()
    {
        await engine.StartAsync();
        await using ComposeProject project = new(engine, "cpu", Undisturbed.Short);
        await project.RunAsync("create");
        await project.RunAsync("up --detach --no-deps worker-0");
        await project.LoggedAsync("worker-0", "cannot be joined yet");
        await project.RunAsync("stop worker-0");
        await project.EndedAsync(ExitCodes.Interrupted, "worker-0");
    }
}
