using System.Numerics;
using Lockstep.Core.Numerics;

namespace Lockstep.Core.Tests.Numerics;

public class BFloat16Tests
{
    [Theory]
    [InlineData(0x3F80_0000, 0x3F80)] // 1
    [InlineData(0x3F80_8000, 0x3F80)] // in the middle: the even neighbour below
    [InlineData(0x3F81_8000, 0x3F82)] // in the middle: the even neighbour above
    [InlineData(0x3F80_8001, 0x3F81)] // past the middle
    [InlineData(0x8000_0000, 0x8000)] // minus zero
    [InlineData(0x7F7F_FFFF, 0x7F80)] // past the largest: infinity
    [InlineData(0x7F80_0000, 0x7F80)] // infinity
    [InlineData(0x7F80_0001, 0x7FC0)] // a NaN whose upper half looks like infinity
    [InlineData(0xFFC1_2345, 0xFFC1)] // a NaN keeps sign and payload
    public void Rounding_OfOneNumberAndOfAVector_IsToNearestEven(uint bits, int expected)
    {
        float value = BitConverter.UInt32BitsToSingle(bits);
        Vector<float> values = new(value);

        Assert.Equal(expected, BFloat16.FromSingle(value));
        Assert.Equal(new Vector<ushort>((ushort)expected), BFloat16.Narrow(values, values));
        Assert.Equal(new Vector<uint>((uint)expected << 16), Vector.AsVectorUInt32(BFloat16.Round(values)));
    }

    [Fact]
    public void Widening_OfEveryNumber_GivesTheSameBitsAlone_AndInAVector()
    {
        for (int first = 0; first <= ushort.MaxValue; first += Vector<ushort>.Count)
        {
            ushort[] bits = [.. Enumerable.Range(first, Vector<ushort>.Count).Select(b => (ushort)b)];
            var (lower, upper) = BFloat16.Widen(new Vector<ushort>(bits));
            for (int i = 0; i < bits.Length; i++)
            {
                float found = i < Vector<float>.Count ? lower[i] : upper[i - Vector<float>.Count];
                Assert.Equal((uint)bits[i] << 16, BitConverter.SingleToUInt32Bits(BFloat16.ToSingle(bits[i])));
                Assert.Equal((uint)bits[i] << 16, BitConverter.SingleToUInt32Bits(found));
            }
        }
    }
}
