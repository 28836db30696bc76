using Lockstep.Storage.Checkpoints;

namespace Lockstep.Storage.Comparing;

/// <summary>A whole checkpoint of a run that is compared.</summary>
/// <param name="Directory">Where its files are.</param>
/// <param name="Manifest">What it consists of.</param>
public sealed record ComparedCheckpoint(string Directory, Manifest Manifest)
{
    /// <summary>Updates done.</summary>
    public long Step => Manifest.Step;
}
