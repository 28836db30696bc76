using Lockstep.Native;

namespace AlexNet.Testing;

/// <summary>Makes <c>torch</c> usable before the first test of an assembly.</summary>
public sealed class Libtorch
{
    public Libtorch() => NativeLibraries.Load();
}
