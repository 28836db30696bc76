namespace AlexNet.Data.Samples;

/// <summary>
/// The ten views over which the 2012 paper averages its predictions: four corners and the middle of the resized picture, and their mirror
/// images.
/// Source: Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", section 4.1.
/// </summary>
public static class TenViews
{
    private const int Corners = 4,
        Places = 5,
        Count = 10;

    /// <summary>
    /// The views of <see cref="SampleKey.View"/>: 1 top left, 2 top right, 3 bottom left, 4 bottom right, 5 the middle; 6 to 10 are their
    /// mirror images.
    /// </summary>
    public static IReadOnlyList<int> All { get; } = [.. Enumerable.Range(1, Count)];

    /// <summary>The middle alone, as it is seen where nobody asks for more.</summary>
    public static IReadOnlyList<int> Centre { get; } = [0];

    /// <summary>Where a view begins, and whether it is mirrored.</summary>
    /// <param name="view">0 to 10.</param>
    /// <param name="across">Pixels by which the usable picture is wider than the view, and where the middle begins.</param>
    /// <param name="down">The same from top to bottom.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such view.</exception>
    internal static (int Left, int Top, bool Mirrored) Of(int view, (int Slack, int Middle) across, (int Slack, int Middle) down)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(view);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(view, Count);
        int place = (view - 1) % Places;
        bool isMiddle = view == 0 || place == Corners,
            right = place % 2 == 1,
            bottom = place >= 2;
        return isMiddle ? (across.Middle, down.Middle, view > Places) : (right ? across.Slack : 0, bottom ? down.Slack : 0, view > Places);
    }
}
