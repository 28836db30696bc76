using Lockstep.Torch.Native;
using Xunit.Sdk;
using Xunit.v3;

// The nets fill both the cores and the memory of a small machine, so tests run one after another.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(AlexNet.Parity.Tests.Libtorch))]

namespace AlexNet.Parity.Tests;

/// <summary>Makes <c>torch</c> usable before the first test.</summary>
public sealed class Libtorch
{
    public Libtorch() => NativeLibraries.Load();
}
