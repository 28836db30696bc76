namespace AlexNet.Data.Generated.Figures;

/// <summary>A square on its corner with a half disc on each upper side.</summary>
internal readonly struct Heart : IFigure
{
    private const double HalfDiagonal = 0.7,
        RootOfHalf = 0.707106781186547524401;

    public static double Distance(double x, double y)
    {
        (x, y) = (Math.Abs(x), y - 0.08);
        double square = (x + Math.Abs(y) - HalfDiagonal) * RootOfHalf;
        double lobeX = x - HalfDiagonal / 2,
            lobeY = y + HalfDiagonal / 2;
        return Math.Min(square, Math.Sqrt(lobeX * lobeX + lobeY * lobeY) - HalfDiagonal * RootOfHalf);
    }
}
