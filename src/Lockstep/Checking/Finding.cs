namespace Lockstep.Checking;

/// <summary>What a check has found.</summary>
/// <param name="Kind">How good it is.</param>
/// <param name="Text">A sentence, and what to do where something is wrong.</param>
internal sealed record Finding(FindingKind Kind, string Text);

/// <summary>How good it is.</summary>
internal enum FindingKind
{
    /// <summary>The promise holds.</summary>
    Kept,

    /// <summary>The user should know it; nothing is wrong.</summary>
    Note,

    /// <summary>A run would learn something else than what was meant, or not repeat.</summary>
    Wrong,
}
