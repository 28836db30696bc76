namespace Lockstep.Storage.Checkpoints;

/// <summary>One file of a net, written for other programs.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Tensors">How many it holds.</param>
/// <param name="Values">Their elements.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its hash, in lower-case hex.</param>
public sealed record ExportedFile(string Path, int Tensors, long Values, long Bytes, string Sha256);
