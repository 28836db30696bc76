namespace Lockstep.Storage.Comparing;

/// <summary>How what two checkpoints hold of one kind (weights, optimiser state) compares.</summary>
public enum KindState
{
    /// <summary>All files have the same hashes.</summary>
    SameFiles,

    /// <summary>The files differ, because they are cut otherwise, and hold the same tensors bit for bit.</summary>
    SameTensors,

    /// <summary>A tensor differs.</summary>
    OtherTensors,

    /// <summary>Only one of the checkpoints holds anything of this kind.</summary>
    InOneOnly,
}
