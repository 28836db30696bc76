using Lockstep.Core.Errors;

namespace AlexNet.Data.Archives;

/// <summary>
/// What stands between a packed archive that nobody vouches for and whoever reads it: forward only, and so many bytes in all.
/// </summary>
/// <param name="inner">The unpacked bytes.</param>
/// <param name="path">For messages.</param>
/// <param name="most">Bytes that it may have.</param>
internal sealed class GuardedStream(Stream inner, string path, long most) : ReadOnlyStream
{
    private long _read;

    public override int Read(Span<byte> buffer)
    {
        ArchivePiece.Check(path, buffer.Length);
        int read = inner.Read(buffer);
        _read += read;
        return _read <= most
            ? read
            : throw new BadInputException(
                $"'{path}' unpacks to more than {most} bytes; no data set of this kind has so many; download it again."
            );
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
