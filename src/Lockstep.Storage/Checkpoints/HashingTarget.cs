using Lockstep.Storage.Files;

namespace Lockstep.Storage.Checkpoints;

/// <summary>Keeps nothing but the hashes: those of two replicas are equal as long as their weights are (law 7).</summary>
public sealed class HashingTarget : ICheckpointTarget
{
    public ManifestFile Write(string name, Action<Stream> content)
    {
        using var hashing = new HashingStream(Stream.Null);
        content(hashing);
        return hashing.ToManifestFile(name);
    }
}
