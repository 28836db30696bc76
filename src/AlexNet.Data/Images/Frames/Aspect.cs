namespace AlexNet.Data.Images.Frames;

/// <summary>Draws the proportions of a rectangle.</summary>
internal static class Aspect
{
    /// <summary>Width over height, evenly from 1 to the most, as often wider than high as the other way round.</summary>
    /// <param name="draw">Uniform in 0 to 1.</param>
    /// <param name="most">1 or more.</param>
    public static double Of(double draw, double most)
    {
        double lean = 2 * draw - 1,
            aspect = 1 + Math.Abs(lean) * (most - 1);
        return lean < 0 ? 1 / aspect : aspect;
    }
}
