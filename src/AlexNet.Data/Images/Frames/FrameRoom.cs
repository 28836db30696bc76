namespace AlexNet.Data.Images.Frames;

/// <summary>One side of a resized picture, out of whose usable part a frame is cut.</summary>
/// <param name="Resized">The whole side, in pixels.</param>
/// <param name="Usable">The middle part that may be used; all of it, or less.</param>
/// <param name="Length">The length of the cut.</param>
internal readonly record struct FrameRoom(int Resized, int Usable, int Length)
{
    /// <summary>How far the cut may move.</summary>
    public int Slack => Usable - Length;

    /// <summary>Where the cut in the middle begins, counted from the usable part.</summary>
    public int Middle => MiddleOf(Usable, Length);

    /// <summary>The cut that begins so far into the usable part.</summary>
    public FrameSide Cut(int offset, bool mirrored) => new(Resized, MiddleOf(Resized, Usable) + offset, Length, mirrored);

    /// <summary>As torchvision centres: a half goes to the even side.</summary>
    private static int MiddleOf(int whole, int part) => (int)Math.Round((whole - part) / 2.0);
}
