namespace AlexNet.Data.Generated.Figures;

/// <summary>A short bar; no class of its own, only clutter.</summary>
internal readonly struct Dash : IFigure
{
    public static double Distance(double x, double y) => Math.Max(Math.Abs(x) - 1, Math.Abs(y) - 0.25);
}
