namespace AlexNet.Data.Generated.Figures;

/// <summary>Two bars at right angles.</summary>
internal readonly struct Cross : IFigure
{
    private const double Length = 0.95,
        Width = 0.28;

    public static double Distance(double x, double y)
    {
        (x, y) = (Math.Abs(x), Math.Abs(y));
        return Math.Min(Math.Max(x - Length, y - Width), Math.Max(x - Width, y - Length));
    }
}
