namespace Lockstep.Storage.Comparing;

/// <summary>Two numbers that runs have recorded for the same step.</summary>
/// <param name="Step">Counted from 1.</param>
/// <param name="One">The number of the first run.</param>
/// <param name="Other">The number of the second run.</param>
public sealed record PointDifference(long Step, double One, double Other)
{
    /// <summary>Whether the numbers are the same bit for bit; a NaN equals a NaN.</summary>
    public bool IsNone => BitConverter.DoubleToInt64Bits(One) == BitConverter.DoubleToInt64Bits(Other);

    /// <summary>The absolute difference; infinite where one of the numbers is not finite and the other is another.</summary>
    public double Absolute => IsNone ? 0 : Finite(Math.Abs(One - Other));

    /// <summary>The difference as a part of the greater magnitude, from 0 to 2; infinite where <see cref="Absolute"/> is.</summary>
    public double Relative => Absolute is 0 or double.PositiveInfinity ? Absolute : Absolute / Math.Max(Math.Abs(One), Math.Abs(Other));

    private static double Finite(double difference) => double.IsFinite(difference) ? difference : double.PositiveInfinity;
}
