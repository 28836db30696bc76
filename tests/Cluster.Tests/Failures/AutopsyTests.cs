using AlexNet.Testing;
using Cluster.Tests.Recovery;

namespace Cluster.Tests.Failures;

/// <summary>What workers leave of a loss, whatever became of them, names the one that was first and what it did.</summary>
public sealed class AutopsyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("kill@0.1:7:backward", 1)]
    [InlineData("hang@1.0:7:forward", 2)]
    public async Task Of_a_run_that_lost_a_worker_names_it_and_its_phase(string fault, int rank)
    {
        if (fault.StartsWith("hang", StringComparison.Ordinal))
            LongTests.Require();
        string name;
        await using (var alexnet = RecoveryRun.StartWithFault(_folder["run"], fault, 2, 2))
        {
            await alexnet.FinishAsync(SmallRun.Deadline);
            name = alexnet.WorkerName(rank);
        }
        RecoveryRun.AssertFaultStruck(_folder["run"]);

        await using var autopsy = AlexnetProcess.Start("autopsy", _folder["run"], "--out", _folder["autopsy.png"], "--output", "json");
        Assert.Equal(0, await autopsy.ExitCodeAsync(SmallRun.Deadline));
        var found = Assert.Single(autopsy.Events);
        Assert.Equal((1, name), (found.GetProperty("generation").GetInt32(), found.GetProperty("first").GetString()));
        var first = Assert.Single(found.GetProperty("workers").EnumerateArray(), w => w.GetProperty("id").GetString() == name);
        Assert.Equal($"in {fault.Split(':')[^1]} of step 8", first.GetProperty("doing").GetString());
        Assert.Contains(found.GetProperty("sentences").EnumerateArray(), s =>
            s.GetString()?.Contains("waited for it in", StringComparison.Ordinal) == true
        );
        Assert.True(File.Exists(_folder["autopsy.png"]));
    }

    public void Dispose() => _folder.Dispose();
}
