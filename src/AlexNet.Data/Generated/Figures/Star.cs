namespace AlexNet.Data.Generated.Figures;

/// <summary>A star of five points: what lies within at least four of the five lines of a pentagram.</summary>
internal readonly struct Star : IFigure
{
    // sine and cosine of 36 and 72 degrees
    private const double Sin36 = 0.587785252292473129169,
        Cos36 = 0.809016994374947424102;
    private const double Sin72 = 0.951056516295153572116,
        Cos72 = 0.309016994374947424102;
    private const double Inradius = 0.33;

    public static double Distance(double x, double y)
    {
        x = Math.Abs(x); // mirror images of a line need not be sorted twice
        double first = -y,
            second = double.NegativeInfinity;
        Sort(Sin36 * x + Cos36 * y, ref first, ref second);
        Sort(-Sin36 * x + Cos36 * y, ref first, ref second);
        Sort(Sin72 * x - Cos72 * y, ref first, ref second);
        Sort(-Sin72 * x - Cos72 * y, ref first, ref second);
        return second - Inradius;
    }

    private static void Sort(double value, ref double first, ref double second)
    {
        second = Math.Max(second, Math.Min(first, value));
        first = Math.Max(first, value);
    }
}
