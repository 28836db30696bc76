namespace AlexNet.Data.Generated.Figures;

/// <summary>A filled square.</summary>
internal readonly struct Square : IFigure
{
    public static double Distance(double x, double y) => Math.Max(Math.Abs(x), Math.Abs(y)) - 0.74;
}
