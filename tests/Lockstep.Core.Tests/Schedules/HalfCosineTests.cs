using Lockstep.Core.Schedules;

namespace Lockstep.Core.Tests.Schedules;

public class HalfCosineTests
{
    [Fact]
    public void Of_EveryPlace_IsTheCosine()
    {
        for (int i = 0; i <= 10_000; i++)
            Assert.Equal((1 + Math.Cos(Math.PI * i / 10_000)) / 2, HalfCosine.Of(i / 10_000.0), 4e-16); // of its own roundings and libm's
    }

    /// <summary>Made of operations that round alike everywhere, so these bits must come out on every CPU.</summary>
    [Fact]
    public void Of_SomePlaces_HasTheBitsOfEveryMachine() =>
        Assert.Equal(
            Bits,
            new[] { 0, 0.1, 1.0 / 3, 0.5, 0.9, 1 }.Select(x =>
                BitConverter.DoubleToUInt64Bits(HalfCosine.Of(x)).ToString("x16", System.Globalization.CultureInfo.InvariantCulture)
            )
        );

    private static readonly string[] Bits =
    [
        "3ff0000000000000",
        "3fef378709a22a80",
        "3fe8000000000001",
        "3fe0000000000001",
        "3f990f1ecbbab012",
        "0000000000000000",
    ];
}
