namespace Lockstep.Native;

/// <summary>The native libraries that this process uses.</summary>
/// <param name="LibtorchDirectory">The directory that libtorch was loaded from.</param>
/// <param name="LibtorchVersion">What the loaded libtorch says of itself, such as <c>2.10.0</c>.</param>
/// <param name="BridgePath">The file of TorchSharp's own library, <c>libLibTorchSharp.so</c>, that was loaded.</param>
/// <param name="Repaired">True when that file is our repaired copy.</param>
/// <param name="Reason">Why these files, in sentences.</param>
public sealed record NativeLibraryReport(string LibtorchDirectory, string LibtorchVersion, string BridgePath, bool Repaired, string Reason);
