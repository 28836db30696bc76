using AlexNet.Testing;
using Cluster.Tests.Recovery;
using Cluster.Tests.Storms;

namespace Cluster.Tests.Failures;

/// <summary>A machine whose clock is off is named before the run trains, and the run trains.</summary>
public sealed class CheckupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_worker_whose_clock_is_a_minute_ahead_is_named_and_takes_part()
    {
        var clock = await MovableClock.BuildAsync(_folder.Path);
        clock.Shift(TimeSpan.FromMinutes(1));
        await using var services = await ServicesByHand.StartAsync(_folder["run"], []);
        services.Worker("worker-0");
        services.WorkerWith("worker-1", clock.Variables);
        var noticed = (await services.WatchAsync(e => e.Noticed is not null)).Noticed;
        Assert.Equal("worker-1", noticed.WorkerId);
        Assert.Matches(@"^the clock of .* is (59|60)\.\d s ahead of the coordinator's; ", noticed.Message);
        await services.WatchAsync(e => e.Step?.Step >= 3);
    }

    public void Dispose() => _folder.Dispose();
}
