namespace AlexNet.Data.Generated;

/// <summary>Red, green and blue, 0 to 255 each.</summary>
internal readonly record struct Colour(int Red, int Green, int Blue)
{
    /// <summary>
    /// Perceived brightness, 0 to 255, with the weights of ITU-R BT.601 in 256ths; also the one channel of a grey picture.
    /// </summary>
    public int Luma => (77 * Red + 150 * Green + 29 * Blue) >> 8;

    /// <summary>The value of one channel of a picture of so many channels.</summary>
    public int Channel(int channel, int channels) =>
        channels == 1
            ? Luma
            : channel switch
            {
                0 => Red,
                1 => Green,
                _ => Blue,
            };

    /// <summary>The colour moved by so much in each channel and kept within range.</summary>
    public Colour Moved(int red, int green, int blue) =>
        new(Math.Clamp(Red + red, 0, 255), Math.Clamp(Green + green, 0, 255), Math.Clamp(Blue + blue, 0, 255));

    /// <summary>The colour scaled by a number of 256ths, then lifted.</summary>
    public Colour Scaled(int by256, int lift) =>
        new(((Red * by256) >> 8) + lift, ((Green * by256) >> 8) + lift, ((Blue * by256) >> 8) + lift);
}
