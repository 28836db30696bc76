namespace AlexNet.Data.Generated;

/// <summary>Where a figure lies in a picture, in pixels: centre, radius, its width over its height, and its rotation as cosine and sine.</summary>
internal readonly record struct Pose(double X, double Y, double Radius, double Stretch, double Cosine, double Sine)
{
    /// <summary>
    /// A rotation by a rational point of the unit circle, ((1 - t^2) / (1 + t^2), 2t / (1 + t^2)), which needs no libm;
    /// t in (-1, 1) reaches a half turn, and the coin the other half.
    /// </summary>
    public static Pose Turned(double x, double y, double radius, double stretch, ref Draws draws)
    {
        double t = draws.Between(-1, 1);
        double norm = draws.Coin() ? 1 + t * t : -1 - t * t;
        return new(x, y, radius, stretch, (1 - t * t) / norm, 2 * t / norm);
    }
}
