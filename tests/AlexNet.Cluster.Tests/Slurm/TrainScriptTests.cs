using AlexNet.Cluster.Tests.Failures;
using AlexNet.Cluster.Tests.Recovery;
using AlexNet.Core.Checkpoints;
using AlexNet.Testing;

namespace AlexNet.Cluster.Tests.Slurm;

/// <summary>deploy/slurm/train.sbatch on a real Slurm: whatever ends a job of two shards, it goes on in its run directory to the same bits (law 4).</summary>
public sealed class TrainScriptTests : IAsyncLifetime
{
    private const int Steps = 600, SomeSteps = 30;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    // long enough to be stopped on its way, with a save now and then
    private static readonly string[] Recipe =
        ["training.batch=16", $"training.steps={Steps}", "data.generated.train=160", "data.generated.test=40", "checkpoint.everySteps=50"];

    private SlurmCluster? _cluster;

    private SlurmCluster Cluster => _cluster ?? throw new InvalidOperationException("the cluster was not started.");

    private string RunDirectory => Cluster["run"];

    public async ValueTask InitializeAsync()
    {
        LongTests.Require();
        SlurmCommand.Require();
        _cluster = await SlurmCluster.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_job_that_is_preempted_is_queued_again_and_resumes_exactly()
    {
        string job = await SubmitAsync();
        await StepsAsync(SomeSteps);
        string urgent = await Cluster.SubmitAsync([], "--partition=urgent", "--exclusive", "--output=urgent.log", "--wrap=true");
        await Cluster.WaitForJobAsync(urgent, "COMPLETED", 0, Deadline);
        await AssertGoesOnAsync(job, restarts: 1);
        Assert.Contains("the coordinator with 3", Cluster.Logs(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_an_administrator_requeues_resumes_exactly()
    {
        string job = await SubmitAsync();
        await StepsAsync(SomeSteps);
        await Cluster.AskAsync("scontrol", "requeue", job);
        await AssertGoesOnAsync(job, restarts: 1);
    }

    [Fact]
    public async Task A_job_whose_time_limit_is_near_queues_itself_again_and_resumes_exactly()
    {
        string job = await SubmitAsync();
        await StepsAsync(SomeSteps);
        await Cluster.AskAsync("scancel", "--batch", "--signal=USR1", job); // what --signal=B:USR1@120 has Slurm do
        await AssertGoesOnAsync(job, restarts: 1);
        Assert.Contains("the coordinator with 3", Cluster.Logs(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_whose_processes_are_killed_without_warning_resumes_exactly_once_it_is_requeued()
    {
        string job = await SubmitAsync();
        await StepsAsync(SomeSteps);
        await Cluster.AskAsync("scancel", "--full", "--signal=KILL", job);
        await Cluster.WaitForJobAsync(job, "FAILED", 0, Deadline);
        await Cluster.AskAsync("scontrol", "requeue", job);
        await AssertGoesOnAsync(job, restarts: 1);
    }

    [Fact]
    public async Task A_worker_that_is_killed_comes_back_under_its_name_and_costs_no_bit()
    {
        string job = await SubmitAsync();
        await StepsAsync(SomeSteps);
        int worker = Processes.WithVariable("ALEXNET_WORKER_ID=worker-1").First(Processes.IsWorker);
        Processes.Signal(worker, Processes.SigKill);
        await AssertGoesOnAsync(job, restarts: 0);
        Assert.Contains("worker-1 on localhost ended with exit code 137", Cluster.Logs(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipe_that_is_unknown_fails_the_job_at_once_and_says_so()
    {
        string job = await SubmitAsync(new KeyValuePair<string, string?>("ALEXNET_RECIPE", "nonsense"));
        await Cluster.WaitForJobAsync(job, "FAILED", 0, Deadline);
        Assert.Equal("2:0", (await Cluster.JobAsync(job))["ExitCode"]);
        Assert.Contains("recipe 'nonsense' is unknown", Cluster.Logs(), StringComparison.Ordinal);
    }

    private Task<string> SubmitAsync(params IEnumerable<KeyValuePair<string, string?>> settings) => Cluster.SubmitAsync(
        [
            new("COORDINATOR", ProgramProcess.Beside("AlexNet.Coordinator")),
            new("WORKER", ProgramProcess.Beside("AlexNet.Worker")),
            new("ALEXNET_RUN_DIR", RunDirectory),
            new("ALEXNET_SET", string.Join(';', Recipe)),
            .. settings,
        ],
        "--partition=patient", Path.Combine(Repository.Root, "deploy", "slurm", "train.sbatch"));

    /// <summary>Returns once so many steps are recorded.</summary>
    private Task StepsAsync(int steps) => Cluster.WaitAsync(
        () => Task.FromResult(RecordedSteps() >= steps), () => Task.FromResult($"{RecordedSteps()} of {steps} steps are recorded.{Cluster.Logs()}"), Deadline);

    private int RecordedSteps() => Path.Combine(RunDirectory, CheckpointFiles.Metrics) is var path && File.Exists(path)
        ? File.ReadAllText(path).Split('\n')[..^1].Count(line => line.Contains("\"step\",", StringComparison.Ordinal)) : 0;

    private async Task AssertGoesOnAsync(string job, int restarts)
    {
        Assert.InRange(RecordedSteps(), SomeSteps, Steps - 1); // it was not through when it was stopped
        await Cluster.WaitForJobAsync(job, "COMPLETED", restarts, Deadline);
        await using (var alexnet = AlexnetProcess.Train(Cluster["undisturbed"], ["quickstart", "--threads", "1", "--shards", "2", .. Recipe.SelectMany(s => new[] { "--set", s })]))
            await alexnet.FinishAsync(Deadline);
        var expected = TrainedState.Read(Cluster["undisturbed"]);
        Assert.Equal(Steps, expected.Losses.Count);
        TrainedState.Read(RunDirectory).AssertSameAs(expected);
    }
}
