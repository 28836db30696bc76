namespace AlexNet.Data.Generated.Figures;

/// <summary>A disc cut into bars.</summary>
internal readonly struct Stripes : IFigure
{
    private const double Period = 0.56;

    public static double Distance(double x, double y)
    {
        double bar = Math.Abs(x - Period * Math.Floor(x / Period + 0.5)) - Period / 4;
        return Math.Max(Math.Sqrt(x * x + y * y) - 0.95, bar);
    }
}
