using Google.Protobuf;
using Grpc.Core;
using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;
using Lockstep.Protocol.V1;
using Lockstep.Transport.Mesh;
using Lockstep.Transport.Tests.Cluster;

namespace Lockstep.Transport.Tests.Mesh;

/// <summary>Who is let in, and what ends a stream.</summary>
public class AdmissionTests
{
    [Fact]
    public async Task Stream_WithAWrongToken_IsRefusedWithPermissionDeniedAndNoReason()
    {
        await using var cluster = await StartAsync();
        using RawStream stream = new(cluster.Hosts[0].Address);
        await stream.SendAsync(new Chunk { Hello = RawStream.Hello(cluster.Plan, 1, token: "guessed") });
        var status = await stream.ReadErrorAsync();
        Assert.Equal((StatusCode.PermissionDenied, ""), (status.StatusCode, status.Detail));
        Assert.False(cluster.Meshes[0].FirstLoss.IsCompleted);
    }

    [Fact]
    public async Task Chunks_OfAMember_HoweverDamaged_EndItsStreamAndNothingElse()
    {
        Random random = new(20121206);
        await using var cluster = await StartAsync();
        for (int i = 0; i < 200; i++)
        {
            var plan = cluster.Plan with { Generation = 4 + i };
            await using PeerMesh mesh = new(plan, 0, TestPlans.Token, cluster.Hosts[0].Router);
            var connecting = mesh.ConnectAsync(TestContext.Current.CancellationToken);
            using var stream = await RawStream.OpenAsync(plan, to: 0, from: 1);
            await connecting;
            ChunkHeader header = new()
            {
                Generation = plan.Generation,
                Kind = random.Next(1, 8),
                Step = random.Next(3),
                Total = random.Next(100),
            };
            byte[] chunk = new Chunk { Header = header, Payload = ByteString.CopyFrom(new byte[random.Next(100)]) }.ToByteArray();
            chunk[random.Next(chunk.Length)] ^= (byte)random.Next(1, 256);
            await stream.SendRawAsync(chunk);
            await stream.ReadToEndAsync();
        }

        // the same host still links with who behaves
        var last = cluster.Plan with { Generation = 1000 };
        await using PeerMesh good = new(last, 0, TestPlans.Token, cluster.Hosts[0].Router);
        var linking = good.ConnectAsync(TestContext.Current.CancellationToken);
        using var peer = await RawStream.OpenAsync(last, to: 0, from: 1);
        await linking;
        Assert.False(good.FirstLoss.IsCompleted);
    }

    [Fact]
    public async Task Stream_OfALowerGeneration_IsRefusedWithFailedPrecondition() =>
        await AssertRefusedAsync(plan => RawStream.Hello(plan with { Generation = 2 }, 1), StatusCode.FailedPrecondition, "newest plan");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(2)]
    public async Task Stream_OfARankThatDoesNotDialHere_IsRefusedWithInvalidArgument(int rank) =>
        await AssertRefusedAsync(plan => RawStream.Hello(plan, rank), StatusCode.InvalidArgument, "is required here");

    [Fact]
    public async Task Stream_OfAGenerationThatNeverComes_EndsWithDeadlineExceeded() =>
        await AssertRefusedAsync(
            plan => RawStream.Hello(plan with { Generation = 4 }, 1),
            StatusCode.DeadlineExceeded,
            "not joined here",
            TimeSpan.FromSeconds(0.5)
        );

    [Fact]
    public async Task Stream_ThatBeginsWithAChunk_IsRefusedWithInvalidArgument()
    {
        await using var cluster = await StartAsync();
        using RawStream stream = new(cluster.Hosts[0].Address);
        await stream.SendAsync(
            new Chunk
            {
                Header = new() { Generation = 3, Total = 1 },
                Payload = ByteString.CopyFrom(1),
            }
        );
        Assert.Equal(StatusCode.InvalidArgument, (await stream.ReadErrorAsync()).StatusCode);
    }

    [Fact]
    public async Task Stream_OfAGenerationThatIsJoinedLater_WaitsForIt()
    {
        await using var cluster = await MeshCluster.StartAsync(1);
        var next = TestPlans.Of([cluster.Hosts[0].Address, "http://localhost:1"], generation: 4);
        using RawStream stream = new(cluster.Hosts[0].Address);
        await stream.SendAsync(new Chunk { Hello = RawStream.Hello(next, 1) });
        var answer = stream.ReadAsync();
        await using PeerMesh mesh = new(next, 0, TestPlans.Token, cluster.Hosts[0].Router);
        Assert.False(answer.IsCompleted);
        await mesh.ConnectAsync(TestContext.Current.CancellationToken);
        Assert.Equal(4, (await answer)?.Hello.Generation);
    }

    [Fact]
    public async Task Stream_OfALinkedRank_IsRefusedAndTheFirstGoesOn()
    {
        await using var cluster = await StartAsync();
        using var first = await RawStream.OpenAsync(cluster.Plan, to: 0, from: 1);
        using RawStream second = new(cluster.Hosts[0].Address);
        await second.SendAsync(new Chunk { Hello = RawStream.Hello(cluster.Plan, 1) });
        Assert.Equal(StatusCode.FailedPrecondition, (await second.ReadErrorAsync()).StatusCode);
        await AssertGathersAsync(cluster, first);
    }

    [Fact]
    public async Task Stream_OfTheGeneratedClass_TakesPartInOperations()
    {
        await using var cluster = await StartAsync();
        using var stream = await RawStream.OpenAsync(cluster.Plan, to: 0, from: 1);
        await AssertGathersAsync(cluster, stream);
    }

    public static TheoryData<long, int, long, long, int> BadChunks() =>
        new()
        {
            { 2, 1, 0, 8, 8 }, // generation of yesterday
            { 3, 77, 0, 8, 8 }, // kind that does not exist
            { 3, 1, 8, 16, 8 }, // offset that does not follow
            { 3, 1, 0, 8, 9 }, // payload longer than the message
            { 3, 1, 0, 9, 9 }, // message longer than the memory that waits for it
            { 3, 1, long.MaxValue, long.MaxValue, 1 },
        };

    [Theory]
    [MemberData(nameof(BadChunks))]
    public async Task Chunk_ThatDoesNotFit_EndsTheStreamAndFailsTheOperationByName(
        long generation,
        int kind,
        long offset,
        long total,
        int bytes
    )
    {
        await using var cluster = await StartAsync();
        using var stream = await RawStream.OpenAsync(cluster.Plan, to: 0, from: 1);
        using TensorBuffer tensor = new(ElementType.Byte, 16);
        var pending = Gather(cluster, tensor);
        ChunkHeader header = new()
        {
            Generation = generation,
            Kind = kind,
            Step = 41,
            Point = 3,
            Offset = offset,
            Total = total,
        };
        await stream.SendAsync(header, new byte[bytes]);
        var expected = generation == 3 ? StatusCode.InvalidArgument : StatusCode.FailedPrecondition;
        Assert.Equal(expected, (await stream.ReadErrorAsync()).StatusCode);
        var lost = Assert.Throws<PeerLostException>(pending.Wait);
        Assert.StartsWith("worker w1 (replica 1, shard 0), process 4712 on node-1, was lost during forward 3 of step 42", lost.Message);
        Assert.Contains("its message was refused", lost.Message);
        Assert.False(tensor.Bytes.ContainsAnyExcept((byte)0));
    }

    /// <summary>One mesh of rank 0 that waits for a raw stream of rank 1.</summary>
    private static async Task<MeshCluster> StartAsync(TimeSpan? registrationDeadline = null)
    {
        var cluster = await MeshCluster.StartAsync(2, connect: false, configure: options =>
            options.RegistrationDeadline = registrationDeadline ?? options.RegistrationDeadline
        );
        await cluster.Meshes[1].DisposeAsync();
        cluster.Meshes.RemoveAt(1);
        _ = cluster.Meshes[0].ConnectAsync(CancellationToken.None);
        return cluster;
    }

    private static async Task AssertRefusedAsync(
        Func<Plan, Hello> hello,
        StatusCode code,
        string text,
        TimeSpan? registrationDeadline = null
    )
    {
        await using var cluster = await StartAsync(registrationDeadline);
        using RawStream stream = new(cluster.Hosts[0].Address);
        await stream.SendAsync(new Chunk { Hello = hello(cluster.Plan) });
        var status = await stream.ReadErrorAsync();
        Assert.Equal(code, status.StatusCode);
        Assert.Contains(text, status.Detail);
        Assert.False(cluster.Meshes[0].FirstLoss.IsCompleted);
    }

    private static IPendingOperation Gather(MeshCluster cluster, TensorBuffer tensor) =>
        cluster
            .Meshes[0]
            .Group([0, 1])
            .AllGather(new(OperationKind.Forward, 41, 3), [tensor.Memory.Slice(0, 8), tensor.Memory.Slice(8, 8)]);

    private static async Task AssertGathersAsync(MeshCluster cluster, RawStream stream)
    {
        using TensorBuffer tensor = new(ElementType.Byte, 16);
        var pending = Gather(cluster, tensor);
        ChunkHeader header = new()
        {
            Generation = 3,
            Kind = 1,
            Step = 41,
            Point = 3,
            Total = 8,
        };
        Assert.Equal(RawStream.Sealed(header, new byte[8]), (await stream.ReadAsync())?.Header);
        await stream.SendAsync(new Chunk());
        await stream.SendAsync(header, [1, 2, 3, 4, 5, 6, 7, 8]);
        pending.Wait();
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8], tensor.Bytes.ToArray());
    }
}
