using Lockstep.Storage.Files;

namespace Lockstep.Storage.Checkpoints;

/// <summary>Keeps files in a directory, which is made if it is not there.</summary>
public sealed class CheckpointDirectory(string path) : ICheckpointTarget
{
    public ManifestFile Write(string name, Action<Stream> content) => DurableFile.Write(Path.Combine(path, name), content);

    /// <summary>
    /// Deletes files of a checkpoint that will never be whole, and the directory once it is empty; what cannot be deleted stays.
    /// </summary>
    public void Remove(IEnumerable<string> names)
    {
        try
        {
            foreach (string name in names)
                File.Delete(Path.Combine(path, name));
            Directory.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // others still have files in there, or the disk's trouble is told where it is written to
        }
    }
}
