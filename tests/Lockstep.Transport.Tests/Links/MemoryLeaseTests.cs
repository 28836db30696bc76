using Lockstep.Transport.Links;

namespace Lockstep.Transport.Tests.Links;

public class MemoryLeaseTests
{
    [Fact]
    public async Task Revoke_WhileSomebodyCopies_WaitsForTheCopy()
    {
        MemoryLease lease = new();
        Assert.True(lease.TryEnter());
        Assert.True(lease.TryEnter());
        var revoking = Task.Run(lease.Revoke, TestContext.Current.CancellationToken);
        SpinWait.SpinUntil(() => lease.IsRevoked);
        Assert.False(lease.TryEnter());
        lease.Exit();
        Assert.False(revoking.IsCompleted);
        lease.Exit();
        await revoking;
        Assert.False(lease.TryEnter());
    }
}
