namespace AlexNet.Data.Generated.Figures;

/// <summary>A circle with a round hole.</summary>
internal readonly struct Ring : IFigure
{
    public static double Distance(double x, double y) => Math.Abs(Math.Sqrt(x * x + y * y) - 0.7) - 0.22;
}
