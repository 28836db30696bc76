using AlexNet.Data.Images.Resampling;

namespace AlexNet.Data.Images.Frames;

/// <summary>One side of a frame, in the upright picture.</summary>
/// <param name="Resized">What the whole side becomes, in pixels.</param>
/// <param name="Start">Where the cut begins.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Mirrored">It is read backwards.</param>
internal readonly record struct FrameSide(int Resized, int Start, int Length, bool Mirrored)
{
    /// <summary>Nothing happens to a side of so many pixels.</summary>
    public bool Keeps(int samples) => this == new FrameSide(samples, 0, samples, Mirrored: false);

    /// <summary>The same in terms of the stored picture, whose positions may run the other way and may have been shrunk.</summary>
    public ResizedAxis Stored(int samples, int shrink, bool reversed) =>
        new(
            (samples + shrink - 1) / shrink,
            (double)samples / shrink,
            Resized,
            reversed ? Resized - Start - Length : Start,
            Length,
            Mirrored ^ reversed
        );
}
