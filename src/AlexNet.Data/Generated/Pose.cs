namespace AlexNet.Data.Generated;

/// <summary>
/// Where a figure lies in a picture, in pixels: centre, radius, its width over its height, and its rotation as cosine and sine.
/// </summary>
internal readonly record struct Pose(double X, double Y, double Radius, double Stretch, double Cosine, double Sine)
{
    /// <summary>
    /// A rotation by a rational point of the unit circle, ((1 - t^2) / (1 + t^2), 2t / (1 + t^2)), which needs no libm; t is the tangent of
    /// half the angle.
    /// </summary>
    /// <param name="x">The centre's x.</param>
    /// <param name="y">The centre's y.</param>
    /// <param name="radius">The figure's radius.</param>
    /// <param name="stretch">Width over height.</param>
    /// <param name="t">Between -1 and 1, for a quarter turn either way.</param>
    public static Pose Turned(double x, double y, double radius, double stretch, double t)
    {
        double norm = 1 + t * t;
        return new(x, y, radius, stretch, (1 - t * t) / norm, 2 * t / norm);
    }
}
