using AlexNet.Testing.Storage;
using Lockstep.Core.Errors;
using Lockstep.Objects.Runs;
using Lockstep.Objects.Store;

namespace Lockstep.Objects.Tests;

/// <summary>One coordinator leads a run in a bucket.</summary>
public sealed class RunLeaseTests : IClassFixture<ObjectStorage>, IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    private readonly FaultyProxy _proxy;
    private readonly ObjectAddress _run;
    private readonly ObjectStore _store;

    public RunLeaseTests(ObjectStorage storage)
    {
        _proxy = storage.Begin();
        _run = ObjectAddress.Parse(storage.NewAddress());
        _store = new ObjectStore(_run, new ObjectStoreOptions { Endpoint = _proxy.Endpoint });
    }

    [Fact]
    public async Task A_second_coordinator_is_refused_while_the_first_lives()
    {
        await using var first = await TakeAsync("one");
        var error = await Assert.ThrowsAsync<BadInputException>(() => TakeAsync("two"));
        Assert.Contains("one run needs one coordinator", error.Message, StringComparison.Ordinal);
        await first.RequireAsync(Cancellation);
    }

    [Fact]
    public async Task The_next_comes_at_once_after_an_end_in_good_order_and_after_its_own_loss()
    {
        var first = await TakeAsync("one", TimeSpan.FromMinutes(10));
        await using (var again = await TakeAsync("one", TimeSpan.FromMinutes(10)))
            Assert.Equal((2, "one"), (again.Term, again.PreviousOwner));
        await using var next = await TakeAsync("two", TimeSpan.FromMinutes(10));
        Assert.Equal((3, "one"), (next.Term, next.PreviousOwner));
        await first.DisposeAsync(); // and does not release what is another's
        await next.RequireAsync(Cancellation);
    }

    [Fact]
    public async Task Who_has_lost_the_lease_writes_nothing_more()
    {
        await using var first = await TakeAsync("one", TimeSpan.FromMinutes(10)); // it renews its lease long after the other has taken it
        await using var second = await TakeAsync("two");
        await Assert.ThrowsAsync<RunTakenOverException>(() => first.RequireAsync(Cancellation));
        await second.RequireAsync(Cancellation);
    }

    [Fact]
    public async Task Of_several_that_come_at_once_one_gets_it()
    {
        var all = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async i =>
                {
                    try
                    {
                        return await TakeAsync($"owner{i}");
                    }
                    catch (BadInputException)
                    {
                        return null;
                    }
                })
        );
        await using var lease = Assert.Single(all.OfType<RunLease>());
        await lease.RequireAsync(Cancellation);
    }

    public void Dispose() => _store.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<RunLease> TakeAsync(string owner, TimeSpan? lasts = null) =>
        RunLease.TakeAsync(_store, _run, owner, lasts ?? Short, Cancellation);
}
