namespace AlexNet.Data.Generated.Figures;

/// <summary>A filled triangle of equal sides, one corner up.</summary>
internal readonly struct Triangle : IFigure
{
    private const double HalfOfRoot3 = 0.866025403784438646763;

    public static double Distance(double x, double y) => Math.Max(y, HalfOfRoot3 * Math.Abs(x) - 0.5 * y) - 0.5;
}
