using Lockstep.Core.Collectives;
using Lockstep.Transport.SharedMemory;
using Lockstep.Transport.Tests.Cluster;

namespace Lockstep.Transport.Tests.SharedMemory;

/// <summary>What carries a pair, and what is said when nothing can.</summary>
public class TransportChoiceTests
{
    private const long NoLimit = long.MaxValue;

    [Theory]
    [InlineData(PeerTransport.Auto, PeerTransport.Auto, PeerTransport.SharedMemory)]
    [InlineData(PeerTransport.Auto, PeerTransport.SharedMemory, PeerTransport.SharedMemory)]
    [InlineData(PeerTransport.Auto, PeerTransport.Grpc, PeerTransport.Grpc)]
    [InlineData(PeerTransport.Grpc, PeerTransport.Auto, PeerTransport.Grpc)]
    public async Task Pair_OfOneHost_UsesWhatBothAskFor(PeerTransport first, PeerTransport second, PeerTransport expected)
    {
        await using var cluster = await StartAsync([first, second], [NoLimit, NoLimit]);
        Assert.Equal(expected, cluster.Meshes[0].TransportOf(1));
        Assert.Equal(expected, cluster.Meshes[1].TransportOf(0));
        AssertSums(cluster, 2);
    }

    [Fact]
    public async Task Group_WithAMemberThatSharesNothing_SumsByMessages()
    {
        await using var cluster = await StartAsync([PeerTransport.Auto, PeerTransport.Auto, PeerTransport.Auto], [NoLimit, NoLimit, 0]);
        Assert.Equal(PeerTransport.SharedMemory, cluster.Meshes[0].TransportOf(1));
        Assert.Equal(PeerTransport.Grpc, cluster.Meshes[0].TransportOf(2));
        Assert.True(cluster.Meshes[1].Allocate(100).IsShared);
        Assert.False(cluster.Meshes[2].Allocate(100).IsShared);
        AssertSums(cluster, 3);
    }

    [Theory]
    [InlineData(NoLimit, 0, "it offered no doorbell")]
    [InlineData(
        0,
        NoLimit,
        "bytes of shared memory are required for the rings of two workers, and the system refused them: at most 0 bytes are allowed here"
    )]
    public async Task SharedMemory_RequiredWhereNoneCanBeHad_IsToldAtOnceAtBothEnds(long first, long second, string why)
    {
        string[] errors = await ErrorsAsync([PeerTransport.Auto, PeerTransport.SharedMemory], [first, second]);
        Assert.All(errors, e =>
            Assert.Contains(
                $"--transport shm was required, but worker w1 (replica 1, shard 0), process 4712 on node-1, shares no memory "
                    + $"with worker w0 (replica 0, shard 0), process 4711 on node-0: ",
                e
            )
        );
        Assert.All(errors, e => Assert.Contains(why, e));
        Assert.All(errors, e => Assert.EndsWith("use --transport auto", e));
    }

    [Fact]
    public async Task Transports_ThatContradict_AreToldAtOnceAtBothEnds()
    {
        string[] errors = await ErrorsAsync([PeerTransport.Grpc, PeerTransport.SharedMemory], [NoLimit, NoLimit]);
        Assert.All(errors, e => Assert.Contains("start both with the same", e));
    }

    [Theory]
    [InlineData(0, NoLimit)]
    [InlineData(NoLimit, 0)]
    [InlineData(0, 0)]
    public async Task Auto_WithoutMemoryForTheRings_GoesOverGrpc(long first, long second)
    {
        await using var cluster = await StartAsync([PeerTransport.Auto, PeerTransport.Auto], [first, second]);
        Assert.Equal([PeerTransport.Grpc, PeerTransport.Grpc], [cluster.Meshes[0].TransportOf(1), cluster.Meshes[1].TransportOf(0)]);
        AssertSums(cluster, 2);
    }

    [Fact]
    public async Task Auto_WithoutMemoryForGradientsOfOneMember_SumsByMessages()
    {
        await using var cluster = await StartAsync([PeerTransport.Auto, PeerTransport.Auto], [SharedPair.Footprint, NoLimit]);
        using SharedMemoryBlock refused = cluster.Meshes[0].Allocate(16_000_000),
            shared = cluster.Meshes[1].Allocate(16_000_000);
        Assert.Equal((false, true), (refused.IsShared, shared.IsShared));
        AssertSums(cluster, 2);
    }

    [Fact]
    public async Task SharedMemory_WithoutMemoryForGradients_SaysHowMuchAndWhatToDo()
    {
        await using var cluster = await StartAsync(
            [PeerTransport.SharedMemory, PeerTransport.SharedMemory],
            [SharedPair.Footprint, NoLimit]
        );
        var error = Assert.Throws<SharedMemoryException>(() => cluster.Meshes[0].Allocate(16_000_000));
        Assert.StartsWith("16000000 bytes of shared memory are required for gradients, and the system refused them: ", error.Message);
        Assert.EndsWith("or use --transport grpc", error.Message);
    }

    private static Task<MeshCluster> StartAsync(PeerTransport[] transports, long[] mostBytes, bool connect = true)
    {
        int next = 0;
        return MeshCluster.StartAsync(transports.Length, TimeSpan.FromSeconds(20), connect, Configure);

        void Configure(PeerTransportOptions options)
        {
            (options.Transport, options.MostSharedBytes) = (transports[next], mostBytes[next]);
            next++;
        }
    }

    private static async Task<string[]> ErrorsAsync(PeerTransport[] transports, long[] mostBytes)
    {
        await using var cluster = await StartAsync(transports, mostBytes, connect: false);
        return await Task.WhenAll(
            cluster.Meshes.Select(async mesh =>
                (await Assert.ThrowsAsync<SharedMemoryException>(() => mesh.ConnectAsync(CancellationToken.None))).Message
            )
        );
    }

    private static void AssertSums(MeshCluster cluster, int size)
    {
        const int Count = 100_000;
        var groups = cluster.Groups();
        TensorBuffer[] values = [.. cluster.Meshes.Select(mesh => new TensorBuffer(ElementType.Float32, Count, mesh))];
        Array.ForEach(values, v => v.Floats.Fill(1));
        IPendingOperation[] pending = [.. groups.Select((g, rank) => g.AllReduce(new(OperationKind.Reduce, 1), values[rank].Memory))];
        Array.ForEach(pending, p => p.Wait());
        Assert.All(values, v => Assert.False(v.Floats.ContainsAnyExcept((float)size)));
        Array.ForEach(values, v => v.Dispose());
    }
}
