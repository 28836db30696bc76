namespace Lockstep.Torch.Trainables;

/// <summary>Hears how far a pass has come, while it runs.</summary>
public interface IPassProgress
{
    /// <summary>Whether a group that is told before the pass has ended can set out earlier.</summary>
    bool Hears => true;

    /// <summary>The loss is there; backward begins.</summary>
    void Turned();

    /// <summary>The gradients of a group are complete, as far as this pass goes: the place to begin their sum, under the rest of the
    /// pass.</summary>
    void Finished(GradientGroup group);
}
