namespace AlexNet.Core.Checkpoints;

/// <summary>Keeps files in a directory, which is made if it is not there.</summary>
public sealed class CheckpointDirectory(string path) : ICheckpointTarget
{
    public ManifestFile Write(string name, Action<Stream> content) => DurableFile.Write(Path.Combine(path, name), content);
}
