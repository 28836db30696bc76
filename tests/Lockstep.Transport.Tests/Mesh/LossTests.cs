using System.Diagnostics;
using Lockstep.Core.Collectives;
using Lockstep.Transport.Mesh;
using Lockstep.Transport.Tests.Cluster;

namespace Lockstep.Transport.Tests.Mesh;

/// <summary>Nobody waits in silence (law 6).</summary>
public abstract class LossTests(PeerTransport transport)
{
    private static readonly Operation Forward = new(OperationKind.Forward, 41, 3);

    [Fact]
    public async Task Wait_PastTheDeadline_NamesTheWorkerTheOperationAndTheTime()
    {
        await using var cluster = await StartAsync(2, TimeSpan.FromMilliseconds(400));
        using TensorBuffer tensor = new(ElementType.Byte, 16);
        var pending = cluster.Groups()[0].AllGather(Forward, [tensor.Memory.Slice(0, 8), tensor.Memory.Slice(8, 8)]);
        var lost = Assert.Throws<PeerLostException>(pending.Wait);
        Assert.Equal(
            "worker w1 (replica 1, shard 0), process 4712 on node-1, did not send forward 3 of step 42 within 0.4 s "
                + "to (replica 0, shard 0): 0 of 8 bytes came",
            lost.Message
        );
        Assert.Equal(1, lost.LostRank);
        Assert.Same(lost, await cluster.Meshes[0].FirstLoss);
    }

    [Fact]
    public async Task Wait_PastTheDeadlineOfASum_NamesWhoOwesAnAddendAndNotWhoWaitsForIt()
    {
        await using var cluster = await StartAsync(3, TimeSpan.FromSeconds(1.5));
        var groups = cluster.Groups();
        using TensorBuffer a = new(ElementType.Float32, 100_000);
        using TensorBuffer b = new(ElementType.Float32, 100_000);
        var first = groups[0].AllReduce(new(OperationKind.Reduce, 5), a.Memory);
        var second = groups[1].AllReduce(new(OperationKind.Reduce, 5), b.Memory);
        var other = Task.Run(() => Assert.Throws<PeerLostException>(second.Wait), TestContext.Current.CancellationToken);
        var lost = Assert.Throws<PeerLostException>(first.Wait);
        Assert.Equal(2, lost.LostRank);
        Assert.DoesNotContain("worker w1", lost.Message);
        Assert.Equal(2, (await other).LostRank);
    }

    [Fact]
    public async Task Message_AfterItsOperationFailed_ChangesNothingAndBlocksNothing()
    {
        await using var cluster = await StartAsync(2, TimeSpan.FromSeconds(2));
        var groups = cluster.Groups();
        using TensorBuffer late = new(ElementType.Byte, 2_000_000);
        var half = late.Memory.Slice(0, 1_000_000);
        Assert.Throws<PeerLostException>(groups[0].AllGather(Forward, [half, late.Memory.Slice(1_000_000, 1_000_000)]).Wait);

        using var sent = TensorBuffer.Filled(ElementType.Byte, 2_000_000, 1);
        var begunLate = groups[1].AllGather(Forward, [sent.Memory.Slice(0, 1_000_000), sent.Memory.Slice(1_000_000, 1_000_000)]);
        using TensorBuffer x = new(ElementType.Byte, 2);
        using TensorBuffer y = new(ElementType.Byte, 2);
        var next = groups[0].AllReduce(new(OperationKind.Vote, 42), x.Memory);
        groups[1].AllReduce(new(OperationKind.Vote, 42), y.Memory).Wait();
        next.Wait();
        begunLate.Wait(); // its own half was sent before the other end gave up
        Assert.False(late.Bytes.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public async Task Abort_OfAPeerInTheMiddle_FailsTheOthersAtOnceByName()
    {
        await using var cluster = await StartAsync(3);
        var groups = cluster.Groups();
        using TensorBuffer a = new(ElementType.Float32, 3_000_000);
        using TensorBuffer b = new(ElementType.Float32, 3_000_000);
        var first = groups[0].AllReduce(new(OperationKind.Reduce, 5), a.Memory);
        var last = groups[2].AllReduce(new(OperationKind.Reduce, 5), b.Memory);
        var watch = Stopwatch.StartNew();
        cluster.Meshes[1].Abort(new InvalidOperationException("out of memory"));

        // The worker above dialled and hears the reason; the one below accepted and sees the stream break.
        Assert.Contains("out of memory", AssertLost(last).Message);
        Assert.Contains("worker w1", AssertLost(first).Message);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
        Assert.Equal(1, (await cluster.Meshes[0].FirstLoss).LostRank);

        // Later operations with the lost worker fail at once, others go on.
        AssertLost(groups[0].AllReduce(new(OperationKind.Reduce, 6), a.Memory));
        var pair = cluster.Meshes[0].Group([0, 2]).AllReduce(new(OperationKind.Reduce, 7), a.Memory);
        cluster.Meshes[2].Group([0, 2]).AllReduce(new(OperationKind.Reduce, 7), b.Memory).Wait();
        pair.Wait();

        static PeerLostException AssertLost(IPendingOperation operation)
        {
            var lost = Assert.Throws<PeerLostException>(operation.Wait);
            Assert.Equal(1, lost.LostRank);
            return lost;
        }
    }

    [Fact]
    public async Task Abort_PendingAndLaterOperationsHere_ThrowTheCause()
    {
        await using var cluster = await StartAsync(2);
        var group = cluster.Groups()[0];
        using TensorBuffer values = new(ElementType.Float32, 100_000);
        var pending = group.AllReduce(new(OperationKind.Reduce, 5), values.Memory);
        InvalidOperationException cause = new("a new generation was announced");
        cluster.Meshes[0].Abort(cause);
        Assert.Same(cause, Assert.Throws<InvalidOperationException>(pending.Wait));
        Assert.Same(cause, Assert.Throws<InvalidOperationException>(group.AllReduce(new(OperationKind.Reduce, 6), values.Memory).Wait));
        Assert.False(cluster.Meshes[0].FirstLoss.IsCompleted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Dispose_WhenNothingIsPending_IsNoLossUntilAnOperationNeedsThePeer(int leaver)
    {
        await using var cluster = await StartAsync(2);
        var groups = cluster.Groups();
        using TensorBuffer a = new(ElementType.Float32, 1_000_000);
        using TensorBuffer b = new(ElementType.Float32, 1_000_000);
        var last = groups[1 - leaver].AllReduce(new(OperationKind.Reduce, 5), a.Memory);
        groups[leaver].AllReduce(new(OperationKind.Reduce, 5), b.Memory).Wait();
        await cluster.Meshes[leaver].DisposeAsync();
        last.Wait();
        Assert.False(cluster.Meshes[1 - leaver].FirstLoss.IsCompleted);
        var lost = Assert.Throws<PeerLostException>(groups[1 - leaver].AllReduce(new(OperationKind.Reduce, 6), a.Memory).Wait);
        Assert.Contains("left the generation", lost.Message);
        Assert.Same(lost, await cluster.Meshes[1 - leaver].FirstLoss);
    }

    [Fact]
    public async Task Dispose_WithOperationsPending_GivesTheMemoryBack()
    {
        await using var cluster = await StartAsync(2);
        TensorBuffer values = new(ElementType.Float32, 1_000_000);
        var pending = cluster.Groups()[0].AllReduce(new(OperationKind.Reduce, 5), values.Memory);
        await cluster.Meshes[0].DisposeAsync();
        values.Dispose();
        Assert.Throws<ObjectDisposedException>(pending.Wait);
    }

    [Fact]
    public async Task Connect_WhenAPeerIsNotThere_NamesItAndItsAddress()
    {
        await using var host = await PeerHost.StartAsync();
        var plan = TestPlans.Of(["http://127.0.0.1:1", host.Address, "http://127.0.0.1:1"], deadline: TimeSpan.FromMilliseconds(400));
        await using PeerMesh mesh = new(plan, 1, TestPlans.Token, host.Router);
        var lost = await Assert.ThrowsAsync<PeerLostException>(() => mesh.ConnectAsync(TestContext.Current.CancellationToken));
        Assert.Contains(
            "worker w0 (replica 0, shard 0), process 4711 on node-0, could not be reached at http://127.0.0.1:1 within 0.4 s",
            lost.Message
        );
        Assert.Contains("refused", lost.Message);
        Assert.Contains("worker w2 (replica 2, shard 0), process 4713 on node-2, did not connect", lost.Message);
    }

    [Fact]
    public async Task Connect_WithAWrongToken_FailsAtOnce()
    {
        await using var cluster = await StartAsync(2, connect: false);
        var first = cluster.Meshes[0].ConnectAsync(CancellationToken.None);
        await using PeerMesh stranger = new(cluster.Plan, 1, "guessed", cluster.Hosts[1].Router);
        var lost = await Assert.ThrowsAsync<PeerLostException>(() => stranger.ConnectAsync(CancellationToken.None));
        Assert.Contains("PermissionDenied", lost.Message);
        Assert.False(first.IsCompleted);
    }

    [Fact]
    public async Task Connect_OfTheNextGeneration_WorksWhileTheOldOneIsThere()
    {
        await using var cluster = await StartAsync(2);
        var next = cluster.Plan with { Generation = 4 };
        await using PeerMesh first = new(next, 0, TestPlans.Token, cluster.Hosts[0].Router);
        await using PeerMesh second = new(next, 1, TestPlans.Token, cluster.Hosts[1].Router);
        await Task.WhenAll(first.ConnectAsync(CancellationToken.None), second.ConnectAsync(CancellationToken.None));
        using TensorBuffer a = new(ElementType.Byte, 2);
        using TensorBuffer b = new(ElementType.Byte, 2);
        var pending = first.Group([0, 1]).AllReduce(Forward, a.Memory);
        second.Group([0, 1]).AllReduce(Forward, b.Memory).Wait();
        pending.Wait();
    }

    [Fact]
    public async Task Traffic_OfAGather_IsCountedByKind()
    {
        await using var cluster = await StartAsync(2);
        var groups = cluster.Groups();
        using TensorBuffer a = new(ElementType.Byte, 500_000);
        using TensorBuffer b = new(ElementType.Byte, 500_000);
        var pending = groups[0].AllGather(Forward, [a.Memory.Slice(0, 100_000), a.Memory.Slice(100_000, 400_000)]);
        groups[1].AllGather(Forward, [b.Memory.Slice(0, 100_000), b.Memory.Slice(100_000, 400_000)]).Wait();
        pending.Wait();
        var traffic = cluster.Meshes[0].Traffic;
        Assert.Equal((100_000, 400_000), (traffic.BytesSent(OperationKind.Forward), traffic.BytesReceived(OperationKind.Forward)));
        Assert.Equal((0, 0), (traffic.BytesSent(OperationKind.Reduce), traffic.BytesReceived(OperationKind.Reduce)));
        Assert.Equal(
            (100_000, 400_000),
            (traffic.BytesSent(OperationKind.Forward, transport), traffic.BytesReceived(OperationKind.Forward, transport))
        );
    }

    [Fact]
    public async Task Group_OfWrongRanks_IsRefused()
    {
        await using var cluster = await StartAsync(2, connect: false);
        foreach (
            int[] ranks in (int[][])
                [
                    [],
                    [1],
                    [1, 0],
                    [0, 0],
                    [0, 2],
                    [-1, 0],
                ]
        )
        {
            Assert.Throws<ArgumentException>(() => cluster.Meshes[0].Group(ranks));
        }

        Assert.Equal(1, cluster.Meshes[0].Group([0]).Size);
    }

    private Task<MeshCluster> StartAsync(int size, TimeSpan? deadline = null, bool connect = true) =>
        MeshCluster.StartAsync(size, deadline, connect, transport: transport);
}
