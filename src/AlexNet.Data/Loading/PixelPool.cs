using System.Collections.Concurrent;

namespace AlexNet.Data.Loading;

/// <summary>Recycled pixel buffers; as many exist as batches were ever alive at once.</summary>
internal sealed class PixelPool
{
    private readonly ConcurrentBag<byte[]> _free = [];

    /// <summary>A buffer of at least so many bytes; pinned for good, so that native code may read it in place.</summary>
    public byte[] Rent(int bytes)
    {
        while (_free.TryTake(out byte[]? buffer))
        {
            if (buffer.Length >= bytes)
                return buffer; // a smaller one is dropped: batches only shrink at the end of an epoch
        }

        return GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
    }

    public void Return(byte[] buffer) => _free.Add(buffer);
}
