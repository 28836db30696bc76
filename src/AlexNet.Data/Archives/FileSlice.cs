using Microsoft.Win32.SafeHandles;

namespace AlexNet.Data.Archives;

/// <summary>A part of a file as a stream: a whole tar, or one that lies in another.</summary>
/// <param name="path">For messages.</param>
/// <param name="file">Open for reading; the caller closes it.</param>
/// <param name="start">Where the part begins.</param>
/// <param name="length">Its bytes.</param>
internal sealed class FileSlice(string path, SafeFileHandle file, long start, long length) : ReadOnlyStream
{
    public override bool CanSeek => true;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(Span<byte> buffer)
    {
        ArchivePiece.Check(path, buffer.Length);
        int wanted = (int)Math.Clamp(length - Position, 0, buffer.Length);
        int read = RandomAccess.Read(file, buffer[..wanted], start + Position);
        Position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position =
            offset
            + origin switch
            {
                SeekOrigin.Begin => 0,
                SeekOrigin.Current => Position,
                _ => length,
            };
}
