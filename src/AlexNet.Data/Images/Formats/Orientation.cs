namespace AlexNet.Data.Images.Formats;

/// <summary>How the stored picture is to be turned before it is seen (EXIF 2.3, tag 274).</summary>
/// <param name="Transposed">Stored columns are rows of the picture.</param>
/// <param name="ReversedColumns">The stored columns run backwards.</param>
/// <param name="ReversedRows">The stored rows run backwards.</param>
internal readonly record struct Orientation(bool Transposed, bool ReversedColumns, bool ReversedRows)
{
    /// <param name="exif">1 to 8; anything else counts as 1, upright.</param>
    public static Orientation Of(int exif) =>
        exif switch
        {
            2 => new(false, true, false),
            3 => new(false, true, true),
            4 => new(false, false, true),
            5 => new(true, false, false),
            6 => new(true, false, true),
            7 => new(true, true, true),
            8 => new(true, true, false),
            _ => default,
        };
}
