using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Transport.SharedMemory;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Tests.SharedMemory;

public sealed unsafe class SharedRingTests : IDisposable
{
    private readonly void* _memory = NativeMemory.AllocZeroed(SharedRing.Footprint);
    private readonly SharedRing _ring;

    public SharedRingTests() => _ring = new((nint)_memory);

    public void Dispose() => NativeMemory.Free(_memory);

    [Fact]
    public void Records_OfAllLengthsManyTimesAround_ComeOutAsTheyWentIn()
    {
        Random random = new(1);
        Queue<(ChunkHead Head, byte[] Payload)> under = [];
        for (long i = 0; i < 2_000; i++)
        {
            byte[] payload = new byte[random.Next(4) == 0 ? WireLimits.ChunkBytes : random.Next(5_000)];
            random.NextBytes(payload);
            while (!_ring.HasRoom(payload.Length))
            {
                AssertNext(under.Dequeue());
            }

            ChunkHead head = new(3, new(new(OperationKind.Backward, i, 7), MessagePart.Scatter), 0, payload.Length);
            payload.CopyTo(_ring.Payload(payload.Length));
            _ring.Publish(head);
            under.Enqueue((head, payload));
        }

        while (under.TryDequeue(out (ChunkHead, byte[]) last))
        {
            AssertNext(last);
        }

        Assert.False(_ring.TryRead(out _, out _, out _));
    }

    [Fact]
    public void Sleepers_AreWokenOnceWhenThereIsSomethingForThem()
    {
        ChunkHead head = new(3, default, 0, WireLimits.ChunkBytes);
        Assert.True(_ring.ReaderMaySleep());
        Assert.True(_ring.Publish(head));
        Assert.False(_ring.ReaderMaySleep());
        while (_ring.HasRoom(WireLimits.ChunkBytes))
        {
            _ring.Publish(head);
        }

        Assert.True(_ring.WriterMaySleep(WireLimits.ChunkBytes));
        int woken = 0;
        while (_ring.TryRead(out _, out _, out int bytes))
        {
            woken += _ring.Release(bytes) ? 1 : 0;
        }

        Assert.Equal(1, woken);
    }

    [Fact]
    public void Record_ThatLies_IsRefusedBeforeItIsRead()
    {
        _ring.Publish(new(3, default, 0, 100));
        *(long*)((byte*)_memory + SharedRing.Footprint - SharedRing.Capacity) = WireLimits.ChunkBytes + 1;
        Assert.Throws<InvalidDataException>(() => _ring.TryRead(out _, out _, out _));
    }

    private void AssertNext((ChunkHead Head, byte[] Payload) expected)
    {
        Assert.True(_ring.TryRead(out var head, out nint payload, out int bytes));
        Assert.Equal(expected.Head, head);
        Assert.True(new ReadOnlySpan<byte>((void*)payload, bytes).SequenceEqual(expected.Payload));
        _ring.Release(bytes);
    }
}
