using System.Buffers;
using Grpc.Core;
using Lockstep.Core.Collectives;
using Lockstep.Transport.Collectives;
using Lockstep.Transport.Links;
using Lockstep.Transport.Mesh;
using Lockstep.Transport.Tests.Cluster;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Tests.Links;

public sealed class InboxTests : IDisposable
{
    private const long Generation = 3;
    private static readonly MessageKey Key = new(new(OperationKind.Forward, 41, 3), MessagePart.Gather);

    private readonly PeerMesh _mesh = TestMesh.Unlinked();
    private readonly Inbox _inbox = new(Generation, maxHeldBytes: 4 * WireLimits.ChunkBytes, new PeerTraffic());
    private readonly TensorBuffer _tensor = new(ElementType.Byte, WireLimits.ChunkBytes + 100);
    private readonly byte[] _content = new byte[WireLimits.ChunkBytes + 100];

    public InboxTests() => new Random(5).NextBytes(_content);

    public void Dispose() => _tensor.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Take_ChunksBeforeAndAfterThePost_ReachTheirPlace(int before)
    {
        int next = 0;
        for (; next < before; next++)
        {
            Assert.Null(Take(next));
        }

        var receive = Post();
        for (; next < 2; next++)
        {
            Assert.Null(Take(next));
        }

        SpinWait.SpinUntil(() => receive.IsComplete, TimeSpan.FromSeconds(20));
        Assert.True(receive.IsComplete);
        Assert.True(_tensor.Bytes.SequenceEqual(_content));
        Assert.Equal(0, _inbox.HeldBytes);
    }

    [Fact]
    public void Take_AfterTheMemoryWentBack_LeavesItAlone()
    {
        var receive = Post();
        receive.Operation.Lease.Revoke();
        Assert.Null(Take(0));
        Assert.Null(Take(1));
        Assert.False(_tensor.Bytes.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Take_ARepetition_IsRefused()
    {
        Post();
        Assert.Null(Take(0));
        Assert.Equal(StatusCode.InvalidArgument, Take(0)?.Code);
        Assert.Null(Take(1));
        Assert.Contains("complete already", Take(0)?.Text);
    }

    [Fact]
    public void Take_AChunkTooFar_IsRefused() => Assert.Contains("offset 0 of", Take(1)?.Text);

    [Fact]
    public void Take_AnotherTotalThanPosted_IsRefused()
    {
        Post();
        Assert.Contains("do both workers run the same recipe", Take(new(Generation, Key, 0, 77), 77)?.Text);
    }

    [Fact]
    public void Post_AnotherTotalThanCame_IsRefused()
    {
        Assert.Null(Take(new(Generation, Key, 0, 77), 77));
        var operation = ((IOperationMesh)_mesh).Begin(Key.Operation);
        Assert.Contains("77 bytes was found", _inbox.Post(Key, new MemoryReceive(operation, _mesh.Self, _tensor.Memory))?.Text);
    }

    [Fact]
    public void Take_AStaleGeneration_IsRefusedAndChangesNothing()
    {
        var receive = Post();
        Assert.Equal(StatusCode.FailedPrecondition, Take(new(Generation - 1, Key, 0, _content.Length), WireLimits.ChunkBytes)?.Code);
        Assert.Equal(0, receive.Taken);
        Assert.False(_tensor.Bytes.ContainsAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(0, 10, 11)]
    [InlineData(0, 10, 9)]
    [InlineData(-1, 10, 11)]
    [InlineData(0, -1, 0)]
    [InlineData(11, 10, 0)]
    [InlineData(long.MaxValue, long.MaxValue, 1)]
    [InlineData(long.MinValue, long.MaxValue, 1)]
    [InlineData(0, WireLimits.ChunkBytes + 1, WireLimits.ChunkBytes + 1)]
    public void Take_LengthsThatDoNotFit_AreRefused(long offset, long total, int payload) =>
        Assert.Equal(StatusCode.InvalidArgument, Take(new(Generation, Key, offset, total), payload)?.Code);

    [Fact]
    public void Take_AnUnknownKindOrPart_IsRefused()
    {
        MessageKey kind = new(new((OperationKind)99, 0), MessagePart.Gather);
        Assert.Equal(StatusCode.InvalidArgument, Take(new(Generation, kind, 0, 1), 1)?.Code);
        Assert.Equal(StatusCode.InvalidArgument, Take(new(Generation, Key with { Part = (MessagePart)7 }, 0, 1), 1)?.Code);
    }

    [Fact]
    public void Take_MoreThanMayBeHeld_IsRefusedByName()
    {
        Refusal? refusal = null;
        for (int step = 0; refusal is null && step < 10; step++)
        {
            MessageKey key = new(new(OperationKind.Reduce, step, 1), MessagePart.Scatter);
            refusal = Take(new(Generation, key, 0, WireLimits.ChunkBytes), WireLimits.ChunkBytes);
        }

        Assert.Equal(StatusCode.ResourceExhausted, refusal?.Code);
        Assert.Contains("reduce 1 of step 4", refusal?.Text);
    }

    [Fact]
    public void Take_MessagesWithoutPayload_CountAsHeldToo()
    {
        Refusal? refusal = null;
        for (int step = 0; refusal is null && step < 100_000; step++)
        {
            refusal = Take(new(Generation, new(new(OperationKind.Vote, step), MessagePart.Gather), 0, 0), 0);
        }

        Assert.Equal(StatusCode.ResourceExhausted, refusal?.Code);
    }

    [Fact]
    public void Post_TheSameOperationTwice_Throws()
    {
        Post();
        Assert.Contains("'forward 3 of step 42' was begun before", Assert.Throws<InvalidOperationException>(Post).Message);
    }

    private PostedReceive Post()
    {
        MemoryReceive receive = new(((IOperationMesh)_mesh).Begin(Key.Operation), _mesh.Self, _tensor.Memory);
        Assert.Null(_inbox.Post(Key, receive));
        return receive;
    }

    private Refusal? Take(int chunk)
    {
        ChunkHead head = new(Generation, Key, (long)chunk * WireLimits.ChunkBytes, _content.Length);
        return _inbox.Take(head, new ReadOnlySequence<byte>(_content, (int)head.Offset, head.PayloadBytes));
    }

    private Refusal? Take(in ChunkHead head, int payload) => _inbox.Take(head, new ReadOnlySequence<byte>(new byte[payload]));
}
