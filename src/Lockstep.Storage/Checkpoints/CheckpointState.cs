namespace Lockstep.Storage.Checkpoints;

/// <summary>What became of a save.</summary>
public enum CheckpointState
{
    /// <summary>Manifest and files are as they were written, as far as they were looked at.</summary>
    Whole,

    /// <summary>It is being saved, or its saving was interrupted: never a checkpoint.</summary>
    Unfinished,

    /// <summary>It was whole once.</summary>
    Damaged,
}
