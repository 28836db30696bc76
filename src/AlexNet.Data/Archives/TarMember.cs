namespace AlexNet.Data.Archives;

/// <summary>One regular file in an uncompressed tar.</summary>
/// <param name="Name">Its name there; it says where people find it and is never used as a path.</param>
/// <param name="Offset">Where its bytes begin, counted from the start of the file that holds the tar.</param>
/// <param name="Bytes">How many there are.</param>
internal readonly record struct TarMember(string Name, long Offset, long Bytes)
{
    /// <summary>The last part of the name.</summary>
    public string FileName => Name[(Name.LastIndexOf('/') + 1)..];
}
