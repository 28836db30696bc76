using AlexNet.Cluster.Tests.Networks;
using AlexNet.Testing;

namespace AlexNet.Cluster.Tests.Recovery;

/// <summary>A host that is cut off is missed by those that wait for its worker, and replaced.</summary>
public sealed class NetworkCutTests(UndisturbedRuns undisturbed) : IDisposable
{
    private const int Hosts = 5, Replicas = 2, Shards = 2;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_run_on_four_hosts_loses_one_of_them_goes_on_with_a_fifth_and_ends_in_the_same_losses()
    {
        LongTests.Require();
        string? why = await VirtualNetwork.WhyUnavailableAsync();
        Assert.SkipWhen(why is not null, why ?? "");
        string[] recipe = [.. RecoveryRun.Recipe, $"layout.replicas={Replicas}", $"layout.shards={Shards}"];
        await using var network = await VirtualNetwork.CreateAsync(Hosts, TimeSpan.FromMilliseconds(5), loss: 0);
        await using var run = await HostedRun.StartAsync(network, _folder["run"], recipe, Enumerable.Range(0, Hosts), "--deadline", "5");
        await run.LogsAsync("is Running");
        int cut = Enumerable.Range(1, Hosts - 1).First(host => run.Log.Contains($"Worker w{host}, process {run.Workers[host].Id} on {Environment.MachineName}: ready", StringComparison.Ordinal));
        network.Cut(cut);

        await run.FinishAsync(SmallRun.Deadline, except: cut);
        Assert.True(network.FramesCutOff > 0);
        Assert.Contains($"Worker w{cut}, process {run.Workers[cut].Id} on {Environment.MachineName}: lost", run.Log, StringComparison.Ordinal);
        Assert.Equal((await undisturbed.OfAsync(Replicas, Shards)).Losses, TrainedState.LossesOf(_folder["run"]));
    }

    public void Dispose() => _folder.Dispose();
}
