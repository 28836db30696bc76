namespace AlexNet.Data.Images.Resampling;

/// <summary>One axis of a resize, and the part of its output that is wanted.</summary>
/// <param name="Samples">Source positions that exist.</param>
/// <param name="Extent">The picture's length in source positions; a fraction where the decoder scaled it already.</param>
/// <param name="Resized">The length to which the whole picture is resized.</param>
/// <param name="Start">The first wanted position of the resized axis.</param>
/// <param name="Length">How many are wanted.</param>
/// <param name="Mirrored">The wanted range is read backwards.</param>
internal readonly record struct ResizedAxis(int Samples, double Extent, int Resized, int Start, int Length, bool Mirrored)
{
    /// <summary>Source positions for each resized position.</summary>
    public double Ratio => Extent / Resized;

    /// <summary>The resized position that becomes output position <paramref name="i"/>.</summary>
    public int Position(int i) => Mirrored ? Start + Length - 1 - i : Start + i;
}
