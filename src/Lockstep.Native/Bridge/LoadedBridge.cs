namespace Lockstep.Native.Bridge;

/// <summary>TorchSharp's bridge in this process, the file it came from, and why that one, in a sentence.</summary>
internal sealed record LoadedBridge(nint Handle, string Path, bool Repaired, string Reason);
