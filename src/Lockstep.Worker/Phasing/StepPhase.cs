namespace Lockstep.Worker.Phasing;

/// <summary>The phases of a step, in their order; what a step's clock and an injected fault name.</summary>
internal enum StepPhase
{
    Load,
    Forward,
    Backward,
    Reduce,
    Vote,
    Update,

    /// <summary>A checkpoint of the step is written, in the background.</summary>
    Save,
}
