namespace Lockstep.Storage.Comparing;

/// <summary>What a comparison of two runs comes to.</summary>
public enum Verdict
{
    /// <summary>Losses, evaluations and checkpoints are the same bit for bit.</summary>
    Equal,

    /// <summary>They are not, and no loss differs by more than is tolerated.</summary>
    WithinTolerance,

    /// <summary>They differ.</summary>
    Different,
}
