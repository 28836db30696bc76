using Lockstep.Core.Collectives;
using Lockstep.Transport.Mesh;
using Lockstep.Transport.Tests.Cluster;

namespace Lockstep.Transport.Tests.SharedMemory;

/// <summary>Sums of values that lie in shared memory.</summary>
public class ArenaTests
{
    private const int Count = 300_000;

    private static readonly Operation Reduce = new(OperationKind.Reduce, 5);

    [Fact]
    public async Task AllReduce_InPlace_CountsTheTrafficOfMessages()
    {
        await using var cluster = await MeshCluster.StartAsync(2, transport: PeerTransport.SharedMemory);
        SumOnce(cluster, [true, true]);
        long inPlace = cluster.Meshes[0].Traffic.BytesSent(OperationKind.Reduce);
        await using var other = await MeshCluster.StartAsync(2);
        SumOnce(other, [false, false]);
        long byMessages = other.Meshes[0].Traffic.BytesSent(OperationKind.Reduce);
        Assert.InRange(inPlace, byMessages, byMessages + 100); // and an offer
        Assert.Equal(inPlace, cluster.Meshes[0].Traffic.BytesSent(OperationKind.Reduce, PeerTransport.SharedMemory));
        Assert.Equal(byMessages, other.Meshes[0].Traffic.BytesSent(OperationKind.Reduce, PeerTransport.Grpc));
    }

    [Fact]
    public async Task Traffic_OfMessagesThroughSharedMemory_IsCountedAsThat()
    {
        await using var cluster = await MeshCluster.StartAsync(2, transport: PeerTransport.SharedMemory);
        SumOnce(cluster, [false, false]);
        var traffic = cluster.Meshes[0].Traffic;
        Assert.True(traffic.BytesSent(OperationKind.Reduce, PeerTransport.SharedMemory) > 0);
        Assert.True(traffic.BytesReceived(OperationKind.Reduce, PeerTransport.SharedMemory) > 0);
        Assert.Equal(
            0,
            traffic.BytesSent(OperationKind.Reduce, PeerTransport.Grpc) + traffic.BytesReceived(OperationKind.Reduce, PeerTransport.Grpc)
        );
    }

    [Fact]
    public async Task AllReduce_WithOneMemberOutsideTheArena_IsTheSameSum()
    {
        await using var cluster = await MeshCluster.StartAsync(3, transport: PeerTransport.SharedMemory);
        SumOnce(cluster, [true, false, true]);
    }

    [Fact]
    public async Task Block_OfAnEarlierGeneration_ServesTheNext()
    {
        await using var cluster = await MeshCluster.StartAsync(2, transport: PeerTransport.SharedMemory);
        using TensorBuffer a = new(ElementType.Float32, Count, cluster.Meshes[0]);
        using TensorBuffer b = new(ElementType.Float32, Count, cluster.Meshes[1]);
        await Task.WhenAll(cluster.Meshes.Select(m => m.DisposeAsync().AsTask()));
        var next = cluster.Plan with { Generation = 4 };
        await using PeerMesh first = new(next, 0, TestPlans.Token, cluster.Hosts[0].Router);
        await using PeerMesh second = new(next, 1, TestPlans.Token, cluster.Hosts[1].Router);
        await Task.WhenAll(first.ConnectAsync(CancellationToken.None), second.ConnectAsync(CancellationToken.None));
        (a.Floats[7], b.Floats[7]) = (1, 2);
        var pending = first.Group([0, 1]).AllReduce(Reduce, a.Memory);
        second.Group([0, 1]).AllReduce(Reduce, b.Memory).Wait();
        pending.Wait();
        Assert.Equal((3, 3), (a.Floats[7], b.Floats[7]));
    }

    [Fact]
    public async Task Wait_PastTheDeadline_NamesWhoDidNotComeAndLeavesTheMemoryAlone()
    {
        await using var cluster = await MeshCluster.StartAsync(3, TimeSpan.FromSeconds(1.5), transport: PeerTransport.SharedMemory);
        var groups = cluster.Groups();
        TensorBuffer[] values = [.. cluster.Meshes.Select(m => new TensorBuffer(ElementType.Float32, Count, m))];
        var first = groups[0].AllReduce(Reduce, values[0].Memory);
        var second = groups[1].AllReduce(Reduce, values[1].Memory);
        Assert.Equal(2, Assert.Throws<PeerLostException>(first.Wait).LostRank);
        Assert.Equal(2, Assert.Throws<PeerLostException>(second.Wait).LostRank);

        // The third comes too late: it has every offer, but the memory was taken back.
        values[2].Floats.Fill(1);
        var lost = Assert.Throws<PeerLostException>(groups[2].AllReduce(Reduce, values[2].Memory).Wait);
        Assert.Contains("reduce of step 6", lost.Message);
        Assert.False(values[0].Floats.ContainsAnyExcept(0f));
        Assert.False(values[1].Floats.ContainsAnyExcept(0f));
        Array.ForEach(values, v => v.Dispose());
    }

    [Fact]
    public async Task AllReduce_OfDifferentLengths_IsRefusedByName()
    {
        await using var cluster = await MeshCluster.StartAsync(2, TimeSpan.FromSeconds(10), transport: PeerTransport.SharedMemory);
        var groups = cluster.Groups();
        using TensorBuffer a = new(ElementType.Float32, Count, cluster.Meshes[0]);
        using TensorBuffer b = new(ElementType.Float32, Count + 1, cluster.Meshes[1]);
        var first = groups[0].AllReduce(Reduce, a.Memory);
        var second = groups[1].AllReduce(Reduce, b.Memory);
        PeerLostException[] lost = [Assert.Throws<PeerLostException>(first.Wait), Assert.Throws<PeerLostException>(second.Wait)];
        Assert.Contains(lost, l => l.Message.Contains("bytes inside the block are required", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Allocate_AnyLength_IsZeroAndBeginsOnAPage()
    {
        await using var cluster = await MeshCluster.StartAsync(2, transport: PeerTransport.SharedMemory);
        using var block = cluster.Meshes[0].Allocate(10_001);
        Assert.Equal(
            (0, 10_001, 2_500),
            (block.Address % Environment.SystemPageSize, block.Bytes, block.Memory(ElementType.Float32).Count)
        );
        Assert.True(block.IsShared);
    }

    private static void SumOnce(MeshCluster cluster, bool[] inArena)
    {
        TensorBuffer[] values =
        [
            .. cluster.Meshes.Select((mesh, rank) => TensorBuffer.Filled(ElementType.Float32, Count, rank, inArena[rank] ? mesh : null)),
        ];
        byte[] expected = Collectives.ReferenceSum.Of(ElementType.Float32, [.. values.Select(v => v.Bytes.ToArray())]);
        var groups = cluster.Groups();
        IPendingOperation[] pending = [.. groups.Select((g, rank) => g.AllReduce(Reduce, values[rank].Memory))];
        Array.ForEach(pending, p => p.Wait());
        Assert.All(values, v => Assert.True(v.Bytes.SequenceEqual(expected)));
        Array.ForEach(values, v => v.Dispose());
    }
}
