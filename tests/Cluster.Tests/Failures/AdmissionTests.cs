using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Hosting.Services;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Failures;

/// <summary>Coordinator and worker as programs of their own, with settings from environment and arguments.</summary>
public sealed class AdmissionTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Services_started_by_hand_train_a_run_and_serve_metrics_and_health()
    {
        var (coordinator, address) = await CoordinatorAsync("linger", "60");
        await using var _ = coordinator;
        await using var first = Worker(address, "secret", "a");
        await using var second = Worker(address, "secret", "b");
        Assert.Equal(ExitCodes.Done, await first.ExitCodeAsync(SmallRun.Deadline));
        Assert.Equal(ExitCodes.Done, await second.ExitCodeAsync(SmallRun.Deadline));

        Assert.NotNull(new CheckpointStore(_folder["run"]).NewestWhole()); // they share no directory with it
        using var http = new HttpClient { BaseAddress = new Uri(address.Http) };
        Assert.Equal("Healthy", await http.GetStringAsync("health", TestContext.Current.CancellationToken));
        string metrics = await http.GetStringAsync("metrics", TestContext.Current.CancellationToken);
        Assert.Contains("lockstep_run_samples_per_second", metrics, StringComparison.Ordinal);
        Assert.Contains("lockstep_run_loss", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_that_share_no_directory_go_on_from_a_checkpoint_of_the_coordinator()
    {
        var (coordinator, address) = await CoordinatorAsync(
            "set",
            "training.steps=6;checkpoint.everySteps=2;data.generated.train=400;data.generated.test=70"
        );
        await using var _ = coordinator;
        await using var first = Worker(address, "secret", "a");
        await using var victim = Worker(address, "secret", "b", "kill@0.1:5:forward");
        Assert.NotEqual(ExitCodes.Done, await victim.ExitCodeAsync(SmallRun.Deadline));
        await using var spare = Worker(address, "secret", "c");
        Assert.Equal(ExitCodes.Done, await first.ExitCodeAsync(SmallRun.Deadline));
        Assert.Equal(ExitCodes.Done, await spare.ExitCodeAsync(SmallRun.Deadline));
        Assert.Equal(ExitCodes.Done, await coordinator.ExitCodeAsync(Deadline));
        // the checkpoint of step 4 is still on its way to the coordinator where the next step is fast
        Assert.Matches(@"Generation 2: slot \(replica 0, shard 1\) of 1 x 2 \(replicas x shards\), from step [24]", spare.Error);
    }

    /// <summary>
    /// Replicas make the sums of factors themselves, so one that adds in another order would drift apart from the others.
    /// </summary>
    [Fact]
    public async Task Where_gradients_travel_as_factors_a_worker_of_other_threads_is_refused()
    {
        var (coordinator, address) = await CoordinatorAsync("set", "layout.replicas=2;layout.factors=always");
        await using var _ = coordinator;
        await using var first = Worker(address, "secret", "a");
        await coordinator.WaitForErrorAsync("Worker a, ", Deadline);
        await using var second = Worker(address, "secret", "b", threads: 2);
        Assert.Equal(ExitCodes.BadInput, await second.ExitCodeAsync(Deadline));
        Assert.Contains("threads of each worker was 1 and is 2", second.Error, StringComparison.Ordinal);
        Assert.Contains("--factors never", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_with_a_wrong_token_is_refused_and_the_run_goes_on_waiting()
    {
        var (coordinator, address) = await CoordinatorAsync();
        await using var _ = coordinator;
        await using var worker = Worker(address, "guess", "a");
        Assert.Equal(ExitCodes.BadInput, await worker.ExitCodeAsync(Deadline));
        Assert.Contains("refuses this worker", worker.Error, StringComparison.Ordinal);
        Assert.Contains("token", worker.Error, StringComparison.Ordinal);
        Assert.False(coordinator.HasExited);
    }

    [Fact]
    public async Task A_missing_worker_ends_the_run_after_the_join_timeout_and_is_told()
    {
        // on a busy machine too the one worker starts within it
        var (coordinator, address) = await CoordinatorAsync("join-timeout", "20");
        await using var _ = coordinator;
        await using var worker = Worker(address, "secret", "a");
        Assert.Equal(ExitCodes.Failed, await coordinator.ExitCodeAsync(Deadline));
        Assert.Equal(ExitCodes.Failed, await worker.ExitCodeAsync(Deadline));
        Assert.Contains("Only 1 of 2 workers joined", worker.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_settings_are_all_listed_with_their_variables()
    {
        await using var worker = ProgramProcess.Start(ProgramProcess.Beside("AlexNet.Worker"), ["--device", "abacus"]);
        Assert.Equal(ExitCodes.BadInput, await worker.ExitCodeAsync(Deadline));
        Assert.All(new[] { "ALEXNET_COORDINATOR", "ALEXNET_TOKEN", "'device' is 'abacus'" }, text =>
            Assert.Contains(text, worker.Error, StringComparison.Ordinal)
        );
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(ProgramProcess Process, Announcement Address)> CoordinatorAsync(string? setting = null, string? value = null)
    {
        var environment = new Dictionary<string, string?>
        {
            [Settings.VariableOf("recipe")] = "quickstart",
            [Settings.VariableOf("token")] = "secret",
            [Settings.VariableOf("run-dir")] = _folder["run"],
            [Settings.VariableOf("set")] = "training.steps=3;data.generated.train=400;data.generated.test=70",
        };
        string[] arguments = setting is null || value is null ? [] : [$"--{setting}", value];
        var process = ProgramProcess.Start(ProgramProcess.Beside("AlexNet.Coordinator"), arguments, environment);
        string line = await process.WaitForLineAsync(l => Announcement.Parse(l) is not null, "its addresses", Deadline);
        return (process, Announcement.Parse(line) ?? throw new InvalidOperationException(line));
    }

    private static ProgramProcess Worker(Announcement address, string token, string id, string? fault = null, int threads = 1) =>
        ProgramProcess.Start(
            ProgramProcess.Beside("AlexNet.Worker"),
            ["--coordinator", address.Grpc, "--worker-id", id, "--threads", $"{threads}"],
            new Dictionary<string, string?> { [Settings.VariableOf("token")] = token, [Settings.VariableOf("fault")] = fault }
        );
}
