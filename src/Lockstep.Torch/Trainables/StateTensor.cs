using static TorchSharp.torch;

namespace Lockstep.Torch.Trainables;

/// <summary>A tensor that no gradient changes, such as a running mean, and that a checkpoint holds.</summary>
/// <param name="Name">The same on every worker; no parameter has it.</param>
/// <param name="Value">All of it; copying into it restores it.</param>
/// <param name="IsFixed">Nothing changes it, as with a frozen parameter: it is saved, and does not travel.</param>
public sealed record StateTensor(string Name, Tensor Value, bool IsFixed = false);
