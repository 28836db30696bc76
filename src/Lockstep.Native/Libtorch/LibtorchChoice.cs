namespace Lockstep.Native.Libtorch;

/// <summary>The libtorch to load, and why it is this one, in a sentence.</summary>
internal sealed record LibtorchChoice(string Directory, string Reason);
