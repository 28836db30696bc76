namespace AlexNet.Data.Archives;

/// <summary>Tells gzip files from others. Source: RFC 1952, section 2.3.1.</summary>
internal static class GzipFile
{
    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    /// <summary>Whether a file begins as a gzip file does; its position stays at the beginning.</summary>
    public static bool Begins(FileStream file)
    {
        Span<byte> head = stackalloc byte[Magic.Length];
        int read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return head[..read].SequenceEqual(Magic);
    }
}
