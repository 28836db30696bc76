using Lockstep.Core.Collectives;

namespace AlexNet.Recipes.Planning;

/// <summary>What one worker sends in one operation of a step.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Layer">The layer that it is in front of, or whose gradients it carries; the first of them where there are several.</param>
/// <param name="Ranks">The group, in ascending order.</param>
/// <param name="Bytes">Sent by this worker to all others of the group.</param>
public sealed record Transfer(OperationKind Kind, string Layer, IReadOnlyList<int> Ranks, long Bytes);
