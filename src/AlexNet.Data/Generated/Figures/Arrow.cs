namespace AlexNet.Data.Generated.Figures;

/// <summary>An arrow: a triangle on a shaft.</summary>
internal readonly struct Arrow : IFigure
{
    public static double Distance(double x, double y)
    {
        x = Math.Abs(x);
        double head = Math.Max(0.8 * x - 0.6 * (y + 1), y); // 0.8 and 0.6 are a unit normal
        double shaft = Math.Max(x - 0.26, Math.Max(y - 0.95, -0.2 - y)); // reaches into the head, so that no seam shows
        return Math.Min(head, shaft);
    }
}
