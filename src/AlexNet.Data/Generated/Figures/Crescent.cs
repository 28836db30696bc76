namespace AlexNet.Data.Generated.Figures;

/// <summary>A disc from which a second disc has taken a bite.</summary>
internal readonly struct Crescent : IFigure
{
    public static double Distance(double x, double y)
    {
        double bite = x - 0.5;
        return Math.Max(Math.Sqrt(x * x + y * y) - 0.95, 0.8 - Math.Sqrt(bite * bite + y * y));
    }
}
