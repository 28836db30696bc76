using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Recovery;

/// <summary>What an engine such as Kubernetes or Slurm does to a run: it starts the same commands again and again, signals all processes at
/// once, gives a new process the name of one that is gone, and makes names known late.</summary>
public sealed class EngineTests(UndisturbedRuns undisturbed) : IDisposable
{
    private static readonly string[] Resume = ["--resume", "auto"];
    private static readonly string[] LongEnough = ["training.steps=150", "training.epochs=15"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Started_again_and_again_it_begins_goes_on_and_ends_at_once_where_all_is_done()
    {
        LongTests.Require();
        await using (var services = await ServicesByHand.StartAsync(_folder["run"], [], Resume))
        {
            ProgramProcess[] all = [services.Worker("worker-0"), services.Worker("worker-1"), services.Coordinator];
            await services.WatchAsync(e => e.Step?.Step >= 7);
            foreach (var process in all)
                Processes.Signal(process.Id, Processes.SigTerm);
            foreach (var process in all)
                Assert.Equal(ExitCodes.Interrupted, await process.ExitCodeAsync(SmallRun.Deadline));
        }
        Assert.InRange(TrainedState.LossesOf(_folder["run"]).Count, 7, RecoveryRun.Steps - 1);

        await using (var services = await ServicesByHand.StartAsync(_folder["run"], [], Resume))
            await AllSucceedAsync(services.Worker("worker-0"), services.Worker("worker-1"), services.Coordinator);
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);

        await using (var services = await ServicesByHand.StartAsync(_folder["run"], [], [.. Resume, "--linger", "60"]))
        {
            await AllSucceedAsync(services.Worker("worker-0")); // nothing is left to do, and that is no error
            Processes.Signal(services.Coordinator.Id, Processes.SigTerm);
            await AllSucceedAsync(services.Coordinator);
        }
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    /// <summary>
    /// All end with 0, and end so again as often as the engine starts them, until somebody asks; then it goes on to the same bits.
    /// </summary>
    [Theory]
    [InlineData("drain")]
    [InlineData("stop")]
    public async Task Ended_by_an_operator_it_stays_ended_until_somebody_asks(string action)
    {
        LongTests.Require();
        await using (var services = await ServicesByHand.StartAsync(_folder["run"], [], Resume))
        {
            ProgramProcess[] all = [services.Worker("worker-0"), services.Worker("worker-1"), services.Coordinator];
            await services.WatchAsync(e => e.Step?.Step >= 7);
            await services.ActAsync(action);
            await AllSucceedAsync(all);
        }

        var losses = TrainedState.LossesOf(_folder["run"]);
        Assert.InRange(losses.Count, 7, RecoveryRun.Steps - 1);
        await using (var services = await ServicesByHand.StartAsync(_folder["run"], [], [.. Resume, "--linger", "60"]))
        {
            await AllSucceedAsync(services.Worker("worker-0"));
            await services.LogsAsync("It was ended by an operator, and goes on when somebody asks for it: alexnet resume");
            Processes.Signal(services.Coordinator.Id, Processes.SigTerm);
            await AllSucceedAsync(services.Coordinator);
        }

        Assert.Equal(losses, TrainedState.LossesOf(_folder["run"]));
        await using (var services = await ServicesByHand.StartAsync(_folder["run"], [], "--resume", "true"))
            await AllSucceedAsync(services.Worker("worker-0"), services.Worker("worker-1"), services.Coordinator);
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    /// <summary>
    /// The plan in its ledger is from before the end: nobody comes back to that, and the workers that join form a generation of their own.
    /// </summary>
    [Fact]
    public async Task A_coordinator_that_resumed_the_run_and_was_killed_before_its_workers_joined_is_started_again()
    {
        LongTests.Require();
        await using (var services = await ServicesByHand.StartAsync(_folder["run"], [], Resume))
        {
            ProgramProcess[] all = [services.Worker("worker-0"), services.Worker("worker-1"), services.Coordinator];
            await services.WatchAsync(e => e.Step?.Step >= 3);
            Processes.Signal(services.Coordinator.Id, Processes.SigTerm);
            foreach (var process in all)
                Assert.Equal(ExitCodes.Interrupted, await process.ExitCodeAsync(SmallRun.Deadline));
        }
        await using (var alone = await ServicesByHand.StartAsync(_folder["run"], [], Resume))
            alone.Coordinator.Kill();
        await using (var services = await ServicesByHand.StartAsync(_folder["run"], [], Resume))
            await AllSucceedAsync(services.Worker("worker-0"), services.Worker("worker-1"), services.Coordinator);
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Fact]
    public async Task Killed_as_a_whole_it_goes_on_under_the_same_names()
    {
        LongTests.Require();
        await using (var services = await ServicesByHand.StartAsync(_folder["run"], [], Resume))
        {
            ProgramProcess[] all = [services.Worker("worker-0"), services.Worker("worker-1"), services.Coordinator];
            await services.WatchAsync(e => e.Step?.Step >= 7);
            foreach (var process in all)
                process.Kill();
        }
        await using (var services = await ServicesByHand.StartAsync(_folder["run"], [], Resume))
            await AllSucceedAsync(services.Worker("worker-0"), services.Worker("worker-1"), services.Coordinator);
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Fact]
    public async Task Of_all_workers_that_are_asked_to_go_none_costs_a_restart_and_no_step_is_lost()
    {
        LongTests.Require();
        await using var services = await ServicesByHand.StartAsync(_folder["run"], [], [.. Resume, "--max-restarts", "1"]);
        for (int step = 3; step <= 9; step += 3)
        {
            ProgramProcess[] workers = [services.Worker("worker-0"), services.Worker("worker-1")];
            await services.WatchAsync(e => e.Step?.Step >= step);
            foreach (var process in workers)
                Processes.Signal(process.Id, Processes.SigTerm);
            foreach (var process in workers)
                Assert.Equal(ExitCodes.Interrupted, await process.ExitCodeAsync(SmallRun.Deadline));
        }
        await AllSucceedAsync(services.Worker("worker-0"), services.Worker("worker-1"), services.Coordinator);
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Fact]
    public async Task A_worker_whose_name_is_taken_waits_until_the_one_before_is_gone()
    {
        LongTests.Require();
        await using var services = await ServicesByHand.StartAsync(_folder["run"], LongEnough);
        var (first, second) = (services.Worker("worker-0"), services.Worker("worker-1"));
        await services.WatchAsync(e => e.Step?.Step >= 3);
        var successor = services.Worker("worker-1");
        await successor.WaitForErrorAsync("has a name that is taken", SmallRun.Deadline);
        second.Kill();
        await AllSucceedAsync(first, successor, services.Coordinator);
    }

    [Fact]
    public async Task A_name_that_stays_taken_is_a_mistake_of_who_gave_it()
    {
        LongTests.Require();
        await using var services = await ServicesByHand.StartAsync(_folder["run"], []);
        services.Worker("worker-0");
        await services.LogsAsync("Worker worker-0, process");
        var twin = services.Worker("worker-0", "--connect-timeout", "2");
        Assert.Equal(ExitCodes.BadInput, await twin.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains("ALEXNET_WORKER_ID", twin.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_wait_for_names_to_resolve_and_say_so()
    {
        LongTests.Require();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a file in place of /etc/hosts needs root.");
        string hosts = _folder["hosts"];
        await File.WriteAllTextAsync(hosts, "127.0.0.1 localhost\n", TestContext.Current.CancellationToken);
        await using var services = await ServicesByHand.StartAsync(_folder["run"], []);
        ProgramProcess[] workers =
        [
            .. new[] { "worker-0.alexnet", "worker-1.alexnet" }.Select(id => services.WorkerWithNames(hosts, id, "coordinator.alexnet")),
        ];
        foreach (var worker in workers)
        {
            await worker.WaitForErrorAsync(
                "the name 'coordinator.alexnet' does not resolve to an address; it is tried again",
                SmallRun.Deadline
            );
        }

        await File.AppendAllTextAsync(hosts, "127.0.0.1 coordinator.alexnet\n", TestContext.Current.CancellationToken);
        await workers[1].WaitForErrorAsync("The name 'worker-0.alexnet' of ", SmallRun.Deadline);
        await File.AppendAllTextAsync(hosts, "127.0.0.1 worker-0.alexnet worker-1.alexnet\n", TestContext.Current.CancellationToken);
        await AllSucceedAsync([.. workers, services.Coordinator]);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task AllSucceedAsync(params ProgramProcess[] processes)
    {
        foreach (var process in processes)
            await process.SucceedAsync(SmallRun.Deadline);
    }
}
