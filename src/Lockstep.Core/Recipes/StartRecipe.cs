namespace Lockstep.Core.Recipes;

/// <summary>The weights that a run begins with, where these are no random numbers.</summary>
public sealed record StartRecipe
{
    /// <summary>
    /// Hex SHA-256 of the safetensors file that holds them, with the names of the net: <c>start.safetensors</c> in the run directory.
    /// </summary>
    public required string Sha256 { get; init; }
}
