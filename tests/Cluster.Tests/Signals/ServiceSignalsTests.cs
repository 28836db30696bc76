using System.Diagnostics;
using AlexNet.Testing;
using Cluster.Tests.Failures;
using Cluster.Tests.Recovery;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Cluster.Tests.Signals;

/// <summary>
/// SIGTERM to a service that has nothing to save yet: it is never lost, and ends it at once with the code of an end from outside.
/// </summary>
[TestClass(DisableParallelization = true)] // it measures how long the end of a process takes
public sealed class ServiceSignalsTests : IDisposable
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(4); // on a busy machine; what waited did so for five at least

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("AlexNet.Worker")]
    [InlineData("AlexNet.Coordinator")]
    public async Task In_the_first_moment_it_is_remembered_until_the_host_is_built(string program)
    {
        await using var process = Start(program);
        // the first line of the program has been reached; no host is there for long yet
        while (!Processes.Catches(process.Id, Processes.SigUser1))
            Assert.False(process.HasExited, process.Error);
        Processes.Signal(process.Id, Processes.SigTerm);
        Assert.Equal(ExitCodes.Interrupted, await process.ExitCodeAsync(SmallRun.Deadline));
    }

    [Fact]
    public async Task A_worker_that_waits_for_its_coordinator_ends_at_once()
    {
        await using var worker = Start("AlexNet.Worker");
        await worker.WaitForErrorAsync("cannot be joined yet", SmallRun.Deadline);
        await EndsAtOnceAsync(worker);
    }

    [Fact]
    public async Task A_worker_that_waits_for_the_others_ends_at_once_and_the_run_goes_on_waiting()
    {
        await using var services = await ServicesByHand.StartAsync(_folder["run"], []);
        var worker = services.Worker("worker-0");
        await services.WatchAsync(e => e.Worker?.Stage == WorkerChanged.Types.Stage.Loaded);
        await EndsAtOnceAsync(worker);
        Assert.False(services.Coordinator.HasExited);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task EndsAtOnceAsync(ProgramProcess worker)
    {
        long asked = Stopwatch.GetTimestamp();
        Processes.Signal(worker.Id, Processes.SigTerm);
        Assert.Equal(ExitCodes.Interrupted, await worker.ExitCodeAsync(SmallRun.Deadline));
        Assert.InRange(Stopwatch.GetElapsedTime(asked), TimeSpan.Zero, AtOnce);
    }

    private ProgramProcess Start(string program) =>
        ProgramProcess.Start(
            ProgramProcess.Beside(program),
            program == "AlexNet.Worker"
                ? ["--coordinator", "http://127.0.0.1:9", "--worker-id", "w"]
                : ["--recipe", "quickstart", "--run-dir", _folder["run"]],
            new Dictionary<string, string?>
            {
                [Settings.VariableOf("token")] = "secret",
                [Settings.VariableOf("operator-token")] = "another",
            }
        );
}
