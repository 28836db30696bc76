namespace AlexNet.Data.Images.Augmenting;

/// <summary>A rectangle of a picture, in pixels.</summary>
internal readonly record struct PixelBox(int Left, int Top, int Width, int Height)
{
    /// <summary>How many pixels it has.</summary>
    public int Area => Width * Height;

    /// <summary>A rectangle of about so large a share, wholly within the picture.</summary>
    /// <param name="width">The picture's width.</param>
    /// <param name="height">The picture's height.</param>
    /// <param name="area">The share of the picture's area, 0 to 1; a side that the picture does not have is cut to the picture's.</param>
    /// <param name="aspect">Its width over its height, as shares of the picture's.</param>
    /// <param name="across">Where it lies between left and right, 0 to 1.</param>
    /// <param name="down">Where it lies between top and bottom, 0 to 1.</param>
    public static PixelBox Of(int width, int height, double area, double aspect, double across, double down)
    {
        int wide = (int)Math.Min(width, Math.Round(width * Math.Sqrt(area * aspect))),
            high = (int)Math.Min(height, Math.Round(height * Math.Sqrt(area / aspect)));
        return new(Place(width - wide, across), Place(height - high, down), wide, high);
    }

    private static int Place(int slack, double draw) => Math.Min(slack, (int)(draw * (slack + 1)));
}
