using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;
using Lockstep.Storage.Runs;

namespace Cluster.Tests.Recovery;

/// <summary>A coordinator that cannot start is tried again, and the reason is told once.</summary>
public sealed class CoordinatorStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Its_port_taken_when_it_is_to_come_back_is_waited_for_and_its_holder_named()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.Start(_folder["run"], 1, 1, "--set", "training.steps=200", "--set", "training.epochs=100");
        await alexnet.StepAsync(3);
        int port = JsonElement.Parse(File.ReadAllText(_folder["run/coordinator.json"])).GetProperty("Grpc").GetString() is { } url
            ? new Uri(url).Port
            : 0;
        Processes.Signal(alexnet.Id, Processes.SigStop); // until the port is taken
        Processes.Signal(RecoveryRun.CoordinatorProcess(_folder["run"]), Processes.SigKill);
        using (await ListenAsync(port))
        {
            Processes.Signal(alexnet.Id, Processes.SigCont);
            await alexnet.WaitForAsync("notice", SmallRun.Deadline, e =>
                Message(e)
                    .Contains(
                        $"127.0.0.1:{port}, which cannot be listened at: the port is taken by process {Environment.ProcessId} (",
                        StringComparison.Ordinal
                    )
            );
        }
        await alexnet.FinishAsync(SmallRun.Deadline);
        // however often it was tried
        Assert.Single(alexnet.EventsOf("notice"), e => Message(e).Contains("is taken by", StringComparison.Ordinal));
        Assert.Empty(alexnet.EventsOf("generation"));
    }

    /// <summary>What such a start has left behind is no run.</summary>
    [Fact]
    public async Task One_that_does_not_listen_in_time_is_named_and_the_same_command_then_works()
    {
        LongTests.Require();
        string[] impatient = ["--start-timeout", "4"];
        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, 1, impatient))
        {
            await ProcessAsync();
            Processes.Signal(RecoveryRun.CoordinatorProcess(_folder["run"]), Processes.SigStop);
            Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(SmallRun.Deadline));
            Assert.StartsWith("The coordinator did not listen within 4 s.", alexnet.FailureMessage, StringComparison.Ordinal);
        }
        await using var again = RecoveryRun.Start(_folder["run"], 1, 1);
        await again.FinishAsync(SmallRun.Deadline);
    }

    /// <summary>As one that formed a generation in which no step was made has left it, of another recipe and without an end.</summary>
    [Fact]
    public async Task A_directory_in_which_nothing_was_trained_is_taken_for_an_empty_one()
    {
        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, 1, "--seed", "7"))
        {
            await LogFile.ContainsAsync(RecoveryRun.Log(_folder["run"], "coordinator"), "joined", SmallRun.Deadline);
            alexnet.Kill();
        }
        await Processes.NoneWithArgumentAsync(_folder["run"], SmallRun.Deadline);
        Assert.SkipWhen(TrainedRun.IsIn(_folder["run"]), "it had made a step before it could be killed");
        Assert.True(File.Exists(_folder["run/coordinator.db"]));
        await using var again = RecoveryRun.Start(_folder["run"], 1, 1);
        await again.FinishAsync(SmallRun.Deadline);
        Assert.Single(again.EventsOf("started"));
    }

    [Fact]
    public async Task Killed_in_its_very_first_start_it_is_started_again()
    {
        LongTests.Require();
        await using var alexnet = RecoveryRun.Start(_folder["run"], 1, 1);
        await ProcessAsync();
        Processes.Signal(RecoveryRun.CoordinatorProcess(_folder["run"]), Processes.SigKill);
        await alexnet.FinishAsync(SmallRun.Deadline);
        Assert.Contains("SIGKILL", Message(Assert.Single(alexnet.EventsOf("notice"))), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string Message(JsonElement notice) => notice.GetProperty("message").GetString() ?? "";

    /// <summary>Takes a port as soon as it is free.</summary>
    private static async Task<Socket> ListenAsync(int port)
    {
        using var retry = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (true)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                socket.Listen();
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
            await retry.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for the coordinator's process.</summary>
    private async Task ProcessAsync()
    {
        using var retry = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        while (!Processes.WithArgument(_folder["run/recipe.json"]).Any())
            await retry.WaitForNextTickAsync(TestContext.Current.CancellationToken);
    }
}
