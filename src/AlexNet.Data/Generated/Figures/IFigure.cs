namespace AlexNet.Data.Generated.Figures;

/// <summary>The outline of one class of pictures.</summary>
internal interface IFigure
{
    /// <summary>
    /// Distance to the outline, negative inside, for a figure of radius about 1 around the origin (y points down).
    /// Made of +, -, *, / and sqrt only: the last bits of libm differ between machines (law 1).
    /// </summary>
    static abstract double Distance(double x, double y);
}
