using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Hosting.Services;

namespace Cluster.Tests.Slurm;

/// <summary>
/// deploy/slurm/train.sbatch on a real Slurm: whatever ends a job of two shards, it goes on in its run directory to the same bits (law 4).
/// </summary>
public sealed class TrainScriptTests(SlurmRuns runs) : IClassFixture<SlurmRuns>
{
    private const int SomeSteps = 10;
    private const string OperatorToken = "0123456789abcdef-operator";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);

    private readonly string _name = $"run-{Guid.NewGuid():n}";

    private SlurmCluster Cluster => runs.Cluster;

    private string RunDirectory => Cluster[_name];

    [Fact]
    public async Task A_job_that_is_preempted_is_queued_again_and_resumes_exactly()
    {
        string job = await SubmitAsync();
        await StepsAsync(job);
        string urgent = await Cluster.SubmitAsync([], "--partition=urgent", "--exclusive", "--output=urgent.log", "--wrap=true");
        await Cluster.WaitForJobAsync(urgent, "COMPLETED", 0, Deadline);
        await AssertGoesOnAsync(job, restarts: 1);
        Assert.Contains("the coordinator with 3", Cluster.LogOf(job), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_an_administrator_requeues_resumes_exactly()
    {
        string job = await SubmitAsync();
        await StepsAsync(job);
        await Cluster.AskAsync("scontrol", "requeue", job);
        await AssertGoesOnAsync(job, restarts: 1);
        Assert.Contains("workers ended with exit code 3, the coordinator with 3", Cluster.LogOf(job), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_whose_time_limit_is_near_queues_itself_again_and_resumes_exactly()
    {
        string job = await SubmitAsync();
        await StepsAsync(job);
        await Cluster.AskAsync("scancel", "--batch", "--signal=USR1", job); // what --signal=B:USR1@120 has Slurm do
        await AssertGoesOnAsync(job, restarts: 1);
        Assert.Contains("workers ended with exit code 3, the coordinator with 3", Cluster.LogOf(job), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_whose_processes_are_killed_without_warning_resumes_exactly_once_it_is_requeued()
    {
        string job = await SubmitAsync();
        await StepsAsync(job);
        foreach (int process in Processes.WithVariable($"ALEXNET_RUN_DIR={RunDirectory}")) // the script itself among them
            Processes.Signal(process, Processes.SigKill);
        await Cluster.WaitForJobAsync(job, "FAILED", 0, Deadline);
        await Cluster.AskAsync("scontrol", "requeue", job);
        await AssertGoesOnAsync(job, restarts: 1);
    }

    [Fact]
    public async Task A_worker_that_is_killed_comes_back_under_its_name_and_costs_no_bit()
    {
        string job = await SubmitAsync();
        await StepsAsync(job);
        int worker = Processes
            .WithVariable($"ALEXNET_RUN_DIR={RunDirectory}")
            .Intersect(Processes.WithVariable("ALEXNET_WORKER_ID=worker-1"))
            .Single(Processes.IsWorker);
        Processes.Signal(worker, Processes.SigKill);
        await AssertGoesOnAsync(job, restarts: 0);
        Assert.Contains("worker-1 on localhost ended with exit code 137", Cluster.LogOf(job), StringComparison.Ordinal);
    }

    /// <summary>The job is done for Slurm, and so is one that comes after it in its directory, until somebody asks.</summary>
    [Theory]
    [InlineData("drain")]
    [InlineData("stop")]
    public async Task A_job_whose_run_an_operator_has_ended_is_done_until_somebody_asks(string action)
    {
        string job = await SubmitAsync();
        await StepsAsync(job);
        await OperatorPage.ActAsync(RunAddress.TryFind(RunDirectory)?.Http ?? "", OperatorToken, action);
        await Cluster.WaitForJobAsync(job, "COMPLETED", 0, Deadline);
        int steps = RecordedSteps();
        string next = await SubmitAsync();
        await Cluster.WaitForJobAsync(next, "COMPLETED", 0, Deadline);
        Assert.Contains("It was ended by an operator", Cluster.LogOf(next), StringComparison.Ordinal);
        Assert.Equal(steps, RecordedSteps());
        await AssertGoesOnAsync(await SubmitAsync(new KeyValuePair<string, string?>("ALEXNET_RESUME", "true")), restarts: 0);
    }

    /// <summary>It costs the job and not the run: another job in its directory goes on.</summary>
    [Fact]
    public async Task A_coordinator_that_crashes_ends_the_job_and_the_next_one_resumes_exactly()
    {
        string job = await SubmitAsync();
        await StepsAsync(job);
        int coordinator = Processes.WithVariable($"ALEXNET_RUN_DIR={RunDirectory}").Single(Processes.IsCoordinator);
        Processes.Signal(coordinator, Processes.SigKill);
        await Cluster.WaitForJobAsync(job, "FAILED", 0, Deadline);
        await AssertGoesOnAsync(await SubmitAsync(), restarts: 0);
    }

    [Fact]
    public async Task A_recipe_that_is_unknown_fails_the_job_at_once_and_says_so()
    {
        string job = await SubmitAsync(new KeyValuePair<string, string?>("ALEXNET_RECIPE", "nonsense"));
        await Cluster.WaitForJobAsync(job, "FAILED", 0, Deadline);
        Assert.Equal("2:0", (await Cluster.JobAsync(job))["ExitCode"]);
        Assert.Contains("recipe 'nonsense' is unknown", Cluster.LogOf(job), StringComparison.Ordinal);
    }

    private async Task<string> SubmitAsync(params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        await runs.StartAsync();
        return await Cluster.SubmitAsync(
            [
                new("COORDINATOR", ProgramProcess.Beside("AlexNet.Coordinator")),
                new("WORKER", ProgramProcess.Beside("AlexNet.Worker")),
                new("ALEXNET_RUN_DIR", RunDirectory),
                new("ALEXNET_OPERATOR_TOKEN", OperatorToken),
                new("ALEXNET_SET", string.Join(';', SlurmRuns.Recipe)),
                new("ALEXNET_FAULT", $"slow@0.1:{SomeSteps}:forward"), // on a fast machine too there is time to stop it
                .. settings,
            ],
            "--partition=patient",
            Path.Combine(Checkout.Root, "deploy", "slurm", "train.sbatch")
        );
    }

    /// <summary>Returns once some steps are recorded.</summary>
    private Task StepsAsync(string job) =>
        Polling.UntilAsync(
            () => Task.FromResult(RecordedSteps() >= SomeSteps),
            () => Task.FromResult($"{RecordedSteps()} of {SomeSteps} steps are recorded: {Cluster.LogOf(job)}"),
            Deadline
        );

    private int RecordedSteps() => TrainedState.RecordedSteps(RunDirectory);

    private async Task AssertGoesOnAsync(string job, int restarts)
    {
        Assert.InRange(RecordedSteps(), SomeSteps, SlurmRuns.Steps - 1); // it was not through when it was stopped
        await Cluster.WaitForJobAsync(job, "COMPLETED", restarts, Deadline);
        TrainedState.Read(RunDirectory).AssertSameAs(await runs.UndisturbedAsync());
    }
}
