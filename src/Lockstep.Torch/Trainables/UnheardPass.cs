namespace Lockstep.Torch.Trainables;

/// <summary>Progress of a pass whose gradients nobody sums and whose phases nobody measures.</summary>
public sealed class UnheardPass : IPassProgress
{
    /// <summary>It holds nothing; one does for all.</summary>
    public static UnheardPass Instance { get; } = new();

    private UnheardPass() { }

    /// <inheritdoc/>
    public bool Hears => false;

    /// <inheritdoc/>
    public void Turned()
    {
        // nobody measures it
    }

    /// <inheritdoc/>
    public void Finished(GradientGroup group)
    {
        // nothing is summed
    }
}
