using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AlexNet.Testing;
using Cluster.Tests.Networks;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Recovery;

/// <summary>A host that is cut off is missed by those that wait for its worker, and replaced.</summary>
public sealed partial class NetworkCutTests(UndisturbedRuns undisturbed, ITestOutputHelper log) : IDisposable
{
    private const int Hosts = 5,
        Replicas = 2,
        Shards = 2;

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
        string metrics = Path.Combine(_folder["run"], CheckpointFiles.Metrics);
        await LogFile.ContainsAsync(metrics, "\"step\":3,", SmallRun.Deadline);
        int cut = Enumerable
            .Range(1, Hosts - 1)
            .First(host =>
                run.Log.Contains(
                    $"Worker w{host}, process {run.Workers[host].Id} on {Environment.MachineName}: ready",
                    StringComparison.Ordinal
                )
            );
        long start = Stopwatch.GetTimestamp();
        network.Cut(cut);
        long firstNew = await FirstStepOfGenerationTwoAsync(run, except: cut) + 1;
        await LogFile.ContainsAsync(metrics, $"\"step\":{firstNew},", SmallRun.Deadline);
        log.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"From the cut to step {firstNew}, the first new one: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s"
            )
        );

        await run.FinishAsync(SmallRun.Deadline, except: cut);
        Assert.True(network.FramesCutOff > 0);
        Assert.Contains(
            $"Worker w{cut}, process {run.Workers[cut].Id} on {Environment.MachineName}: lost",
            run.Log,
            StringComparison.Ordinal
        );
        Assert.Equal((await undisturbed.OfAsync(Replicas, Shards)).Losses, TrainedState.LossesOf(_folder["run"]));
    }

    /// <summary>The steps done when the second generation formed, as a survivor logs them.</summary>
    private static async Task<long> FirstStepOfGenerationTwoAsync(HostedRun run, int except)
    {
        var survivor = run.Workers.Where((_, number) => number != except).First();
        await survivor.WaitForErrorAsync("Generation 2:", SmallRun.Deadline);
        return long.Parse(SecondGeneration.Match(survivor.Error).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Generation 2:.* from step (\d+)")]
    private static partial Regex SecondGeneration { get; }

    public void Dispose() => _folder.Dispose();
}
