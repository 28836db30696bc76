using System.Runtime.InteropServices;
using Lockstep.Transport.SharedMemory;

namespace Lockstep.Transport.Tests.SharedMemory;

public sealed class GrantTableTests : IDisposable
{
    private readonly nint _words = Allocate();
    private readonly GrantTable _owner;
    private readonly GrantTable _peer;

    public GrantTableTests()
    {
        nint second = _words + (GrantTable.Slots * sizeof(long));
        (_owner, _peer) = (new(_words, second), new(second, _words));
    }

    public unsafe void Dispose() => NativeMemory.Free((void*)_words);

    private static unsafe nint Allocate() => (nint)NativeMemory.AllocZeroed(2 * GrantTable.Slots * sizeof(long));

    [Fact]
    public void TryEnter_AfterRevoke_IsRefusedEvenWhenTheWordIsUsedAgain()
    {
        List<Grant> seen = [];
        for (int i = 0; i < 3 * GrantTable.Slots; i++)
        {
            Assert.True(_owner.TryOpen(out var grant));
            Assert.True(_peer.TryEnter(grant));
            _peer.Exit(grant);
            Assert.True(_owner.Revoke(grant, () => false));
            seen.Add(grant);
            Assert.All(seen, g => Assert.False(_peer.TryEnter(g)));
        }
    }

    [Fact]
    public void TryOpen_WithAllWordsInUse_IsRefused()
    {
        Grant[] open = [.. Enumerable.Range(0, GrantTable.Slots).Select(_ => _owner.TryOpen(out var grant) ? grant : default)];
        Assert.Equal(GrantTable.Slots, open.Distinct().Count());
        Assert.False(_owner.TryOpen(out _));
    }

    [Fact]
    public async Task Revoke_WhileThePeerIsInside_WaitsForIt()
    {
        _owner.TryOpen(out var grant);
        Assert.True(_peer.TryEnter(grant));
        var revoking = Task.Run(() => _owner.Revoke(grant, () => false), TestContext.Current.CancellationToken);
        while (_peer.TryEnter(grant))
        {
            _peer.Exit(grant);
        }

        Assert.False(revoking.IsCompleted);
        _peer.Exit(grant);
        Assert.True(await revoking);
    }

    [Fact]
    public void Revoke_OfAPeerThatDiedInside_DoesNotWait()
    {
        _owner.TryOpen(out var grant);
        Assert.True(_peer.TryEnter(grant));
        Assert.True(_owner.Revoke(grant, () => true));
    }

    [Fact]
    public void Revoke_OfAPeerThatStandsStillInside_GivesItUp()
    {
        _owner.TryOpen(out var grant);
        Assert.True(_peer.TryEnter(grant));
        Assert.False(_owner.Revoke(grant, () => false));
    }
}
