using Grpc.Core;
using Lockstep.Groups;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Tests.Groups;

public sealed class RendezvousDeskTests
{
    private readonly RendezvousDesk _desk = new(2);

    [Fact]
    public async Task All_learn_of_each_other_when_the_last_has_come()
    {
        var first = _desk.ArriveAsync(Arrival(1), CancellationToken.None);
        Assert.False(first.IsCompleted);
        var second = await _desk.ArriveAsync(Arrival(0), CancellationToken.None);

        Assert.Equal([0, 1], second.Members.Select(m => m.Rank));
        Assert.Equal(second, await first);
        Assert.Equal(64, second.PeerToken.Length);
    }

    [Fact]
    public async Task Who_leaves_before_can_come_again()
    {
        using var left = new CancellationTokenSource();
        var first = _desk.ArriveAsync(Arrival(1), left.Token);
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal([0, 1], _desk.Missing);

        var again = _desk.ArriveAsync(Arrival(1), CancellationToken.None);
        Assert.Equal([0], _desk.Missing);
        Assert.False(again.IsCompleted);
    }

    [Theory]
    [InlineData(1, 3, "told that the group has 3 members")]
    [InlineData(2, 2, "must be 0 to 1")]
    [InlineData(-1, 2, "must be 0 to 1")]
    [InlineData(0, 2, "is process 7 on here already")]
    public async Task Who_cannot_be_a_member_hears_why(int rank, int size, string why)
    {
        _ = _desk.ArriveAsync(Arrival(0), CancellationToken.None);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => _desk.ArriveAsync(Arrival(rank, size), CancellationToken.None));
        Assert.Contains(why, refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_version_is_refused()
    {
        var arrival = Arrival(0);
        arrival.Version = "0";
        var refusal = await Assert.ThrowsAsync<RpcException>(() => _desk.ArriveAsync(arrival, CancellationToken.None));
        Assert.Contains("of version 0", refusal.Status.Detail, StringComparison.Ordinal);
    }

    private static Arrival Arrival(int rank, int size = 2) =>
        new()
        {
            Version = ProgramVersion.Current,
            Rank = rank,
            Size = size,
            Host = "here",
            ProcessId = 7,
        };
}
