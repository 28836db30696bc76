using AlexNet.Data.Images.Formats;
using AlexNet.Data.Images.Resampling;

namespace AlexNet.Data.Images.Frames;

/// <summary>What becomes of one picture: the size it is resized to, the part that is cut out, and whether that is mirrored.</summary>
/// <param name="Across">From left to right.</param>
/// <param name="Down">From top to bottom.</param>
internal readonly record struct Frame(FrameSide Across, FrameSide Down)
{
    /// <summary>Nothing happens to a picture of this size.</summary>
    public bool Keeps(int width, int height) => Across.Keeps(width) && Down.Keeps(height);

    /// <summary>The stored picture's columns, as they are resampled.</summary>
    /// <param name="width">Stored columns.</param>
    /// <param name="shrink">By how much the decoder shrinks: 1, 2, 4 or 8.</param>
    /// <param name="orientation">How the stored picture is turned.</param>
    public ResizedAxis Columns(int width, int shrink, Orientation orientation) =>
        (orientation.Transposed ? Down : Across).Stored(width, shrink, orientation.ReversedColumns);

    /// <summary>The stored picture's rows, as they are resampled.</summary>
    public ResizedAxis Rows(int height, int shrink, Orientation orientation) =>
        (orientation.Transposed ? Across : Down).Stored(height, shrink, orientation.ReversedRows);
}
