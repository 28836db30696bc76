using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Transport.Collectives;

namespace Lockstep.Transport.Tests.Collectives;

public class ElementSumsTests
{
    /// <summary>Every length up to some vectors, so that the vector loop and its tail agree.</summary>
    [Theory]
    [InlineData(ElementType.Byte)]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.BFloat16)]
    public void Sum_AnyLengthInPlaceOfAnyAddend_IsTheReference(ElementType type)
    {
        for (int count = 0; count < 80; count++)
        {
            byte[][] addends =
            [
                .. Enumerable
                    .Range(0, 3)
                    .Select(rank =>
                    {
                        using var values = Cluster.TensorBuffer.Filled(type, count, (1000 * rank) + count);
                        return values.Bytes.ToArray();
                    }),
            ];
            byte[] expected = ReferenceSum.Of(type, addends);
            for (int place = 0; place < addends.Length; place++)
            {
                byte[][] copies = [.. addends.Select(a => a.ToArray())];
                Sum(type, copies, copies[place]);
                Assert.Equal(expected, copies[place]);
            }
        }
    }

    [Theory]
    [InlineData(0x3F80, 0x3B80, 0x3F80)] // 1 + 2^-8 lies in the middle: the even neighbour below
    [InlineData(0x3F81, 0x3B80, 0x3F82)] // the even neighbour above
    [InlineData(0x7F80, 0xFF80, 0x7FC0)] // infinity minus infinity is no number, and stays none
    [InlineData(0x7F7F, 0x7F7F, 0x7F80)] // past the largest number: infinity
    [InlineData(0x8000, 0x8000, 0x8000)] // minus zero stays minus zero
    public void Sum_BFloat16_RoundsOnceToNearestEven(int a, int b, int expected)
    {
        // Long enough for the vector loop and its tail.
        byte[][] addends = [Repeat(a), Repeat(b)];
        byte[] sum = new byte[addends[0].Length];
        Sum(ElementType.BFloat16, addends, sum);
        ushort sign = (ushort)(expected == 0x7FC0 ? 0x7FFF : 0xFFFF);
        Assert.All(MemoryMarshal.Cast<byte, ushort>(sum).ToArray(), s => Assert.Equal(expected, s & sign));
    }

    private static byte[] Repeat(int bits) => MemoryMarshal.AsBytes(Enumerable.Repeat((ushort)bits, 37).ToArray().AsSpan()).ToArray();

    private static unsafe void Sum(ElementType type, byte[][] addends, byte[] sum)
    {
        GCHandle[] pins = [.. addends.Append(sum).Select(a => GCHandle.Alloc(a, GCHandleType.Pinned))];
        nint[] addresses = [.. pins.Select(p => p.AddrOfPinnedObject())];
        ElementSums.Sum(type, addresses.AsSpan(0, addends.Length), addresses[^1], sum.Length);
        Array.ForEach(pins, p => p.Free());
    }
}
