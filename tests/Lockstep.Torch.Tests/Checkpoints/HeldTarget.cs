using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Torch.Tests.Checkpoints;

/// <summary>Takes nothing until it is told to go on.</summary>
internal sealed class HeldTarget(ICheckpointTarget inner) : ICheckpointTarget
{
    private readonly TaskCompletionSource _open = new();

    public void Open() => _open.SetResult();

    public ManifestFile Write(string name, Action<Stream> content)
    {
        _open.Task.Wait();
        return inner.Write(name, content);
    }
}
