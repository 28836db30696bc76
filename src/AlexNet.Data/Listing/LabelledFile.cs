namespace AlexNet.Data.Listing;

/// <summary>One image file, by itself or inside a tar.</summary>
/// <param name="Container">The folder or the tar in which it lies; shared by all files in it, as there may be millions.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Label">Its class.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Offset">Where it begins in the tar; <see cref="Alone"/> for a file by itself.</param>
internal readonly record struct LabelledFile(string Container, string Name, int Label, long Bytes, long Offset = LabelledFile.Alone)
{
    public const long Alone = -1;

    /// <summary>Where people find it; a path only of a file by itself.</summary>
    public string Path => System.IO.Path.Combine(Container, Name);
}
