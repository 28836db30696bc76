using Lockstep.Storage.Files;

namespace Lockstep.Storage.Checkpoints;

/// <summary>Where the files of a checkpoint go.</summary>
public interface ICheckpointTarget
{
    /// <summary>Takes one file: it is kept whole, or not at all.</summary>
    /// <param name="name">Such as <c>weights-0-of-2.safetensors</c>.</param>
    /// <param name="content">Writes the file, front to back.</param>
    /// <returns>The file as it was written, for the manifest.</returns>
    /// <exception cref="IOException">It cannot be kept, such as on a full disk.</exception>
    ManifestFile Write(string name, Action<Stream> content);
}
