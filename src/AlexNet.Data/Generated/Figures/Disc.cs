namespace AlexNet.Data.Generated.Figures;

/// <summary>A filled circle.</summary>
internal readonly struct Disc : IFigure
{
    public static double Distance(double x, double y) => Math.Sqrt(x * x + y * y) - 0.86;
}
