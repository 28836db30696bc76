using AlexNet.Core.Collectives;
using AlexNet.Transport.Hosting;
using AlexNet.Transport.SharedMemory;
using AlexNet.Transport.Tests.Cluster;

namespace AlexNet.Transport.Tests.SharedMemory;

/// <summary>What carries a pair, and what is said when nothing can.</summary>
public class TransportChoiceTests
{
    [Theory]
    [InlineData(PeerTransport.Auto, PeerTransport.Auto, PeerTransport.SharedMemory)]
    [InlineData(PeerTransport.Auto, PeerTransport.SharedMemory, PeerTransport.SharedMemory)]
    [InlineData(PeerTransport.Auto, PeerTransport.Grpc, PeerTransport.Grpc)]
    [InlineData(PeerTransport.Grpc, PeerTransport.Auto, PeerTransport.Grpc)]
    public async Task Pair_OfOneHost_UsesWhatBothAskFor(PeerTransport first, PeerTransport second, PeerTransport expected)
    {
        using SharedDirectory directory = new();
        await using MeshCluster cluster = await StartAsync([first, second], [directory.Path, directory.Path]);
        Assert.Equal(expected, cluster.Meshes[0].TransportOf(1));
        Assert.Equal(expected, cluster.Meshes[1].TransportOf(0));
        AssertSums(cluster, 2);
        Assert.Empty(directory.Files);
    }

    [Fact]
    public async Task Group_WithAMemberThatSharesNothing_SumsByMessages()
    {
        using SharedDirectory one = new();
        using SharedDirectory other = new();
        await using MeshCluster cluster = await StartAsync([PeerTransport.Auto, PeerTransport.Auto, PeerTransport.Auto], [one.Path, one.Path, other.Path]);
        Assert.Equal(PeerTransport.SharedMemory, cluster.Meshes[0].TransportOf(1));
        Assert.Equal(PeerTransport.Grpc, cluster.Meshes[0].TransportOf(2));
        Assert.True(cluster.Meshes[1].Allocate(100).IsShared);
        Assert.False(cluster.Meshes[2].Allocate(100).IsShared);
        AssertSums(cluster, 3);
    }

    [Fact]
    public async Task SharedMemory_RequiredWhereNoneIsShared_IsAnErrorAtBothEnds()
    {
        using SharedDirectory one = new();
        using SharedDirectory other = new();
        string[] errors = await ErrorsAsync([PeerTransport.Auto, PeerTransport.SharedMemory], [one.Path, other.Path]);
        Assert.All(errors, e => Assert.Contains($"--transport shm was required, but worker w1 (replica 1, shard 0), process 4712 on node-1, shares no memory "
            + $"with worker w0 (replica 0, shard 0), process 4711 on node-0: its nonce file is not seen in '{one.Path}'", e));
    }

    [Fact]
    public async Task Transports_ThatContradict_AreAnErrorAtBothEnds()
    {
        using SharedDirectory directory = new();
        string[] errors = await ErrorsAsync([PeerTransport.Grpc, PeerTransport.SharedMemory], [directory.Path, directory.Path]);
        Assert.All(errors, e => Assert.Contains("start both with the same", e));
    }

    [Theory]
    [InlineData(PeerTransport.Auto)]
    [InlineData(PeerTransport.SharedMemory)]
    public async Task FullDirectory_ForTheRings_SaysWhereHowMuchAndWhatToDo(PeerTransport transport)
    {
        using TinyTmpfs? full = TinyTmpfs.TryMount(kilobytes: 64);
        Assert.SkipWhen(full is null, "a tmpfs cannot be mounted here");
        string[] errors = await ErrorsAsync([transport, transport], [full.Path, full.Path]);
        Assert.All(errors, e => Assert.Contains($"'{full.Path}' has ", e));
        Assert.All(errors, e => Assert.Contains($"{SharedPair.Footprint} bytes are required for the rings of two workers; mount a larger one", e));
        Assert.All(errors, e => Assert.Contains("--transport grpc", e));
    }

    [Fact]
    public async Task FullDirectory_ForGradients_SaysWhereHowMuchAndWhatToDo()
    {
        using TinyTmpfs? full = TinyTmpfs.TryMount(kilobytes: 8 * 1024);
        Assert.SkipWhen(full is null, "a tmpfs cannot be mounted here");
        await using MeshCluster cluster = await StartAsync([PeerTransport.Auto, PeerTransport.Auto], [full.Path, full.Path]);
        SharedMemoryException error = Assert.Throws<SharedMemoryException>(() => cluster.Meshes[0].Allocate(16_000_000));
        Assert.Matches($"^'{full.Path}' has \\d+ bytes free, 16000000 bytes are required for gradients in shared memory; .*--shm-size", error.Message);
        AssertSums(cluster, 2);
    }

    private static Task<MeshCluster> StartAsync(PeerTransport[] transports, string[] directories, bool connect = true)
    {
        int next = 0;
        return MeshCluster.StartAsync(transports.Length, TimeSpan.FromSeconds(20), connect, Configure);

        void Configure(PeerTransportOptions options)
        {
            (options.Transport, options.SharedMemoryDirectory) = (transports[next], directories[next]);
            next++;
        }
    }

    private static async Task<string[]> ErrorsAsync(PeerTransport[] transports, string[] directories)
    {
        await using MeshCluster cluster = await StartAsync(transports, directories, connect: false);
        return await Task.WhenAll(cluster.Meshes.Select(async mesh =>
            (await Assert.ThrowsAsync<PeerLostException>(() => mesh.ConnectAsync(CancellationToken.None))).Message));
    }

    private static void AssertSums(MeshCluster cluster, int size)
    {
        const int Count = 100_000;
        ICollectives[] groups = cluster.Groups();
        TensorBuffer[] values = [.. cluster.Meshes.Select(mesh => new TensorBuffer(ElementType.Float32, Count, mesh))];
        Array.ForEach(values, v => v.Floats.Fill(1));
        IPendingOperation[] pending = [.. groups.Select((g, rank) => g.AllReduce(new(OperationKind.Reduce, 1), values[rank].Memory))];
        Array.ForEach(pending, p => p.Wait());
        Assert.All(values, v => Assert.False(v.Floats.ContainsAnyExcept((float)size)));
        Array.ForEach(values, v => v.Dispose());
    }
}
