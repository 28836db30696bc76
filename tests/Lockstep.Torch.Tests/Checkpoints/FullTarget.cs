using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Torch.Tests.Checkpoints;

/// <summary>A directory with a quota: a stream fails once so many bytes were written.</summary>
internal sealed class FullTarget(string directory, long quota) : ICheckpointTarget
{
    public ManifestFile Write(string name, Action<Stream> content) =>
        DurableFile.Write(Path.Combine(directory, name), file => content(new QuotaStream(file, quota)));

    private sealed class QuotaStream(Stream inner, long quota) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (inner.Length + buffer.Length > quota)
                throw new IOException("No space left on device");
            inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
