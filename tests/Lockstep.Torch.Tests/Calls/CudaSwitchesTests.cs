using System.Runtime.InteropServices;
using Lockstep.Native;
using Lockstep.Torch.Calls;

namespace Lockstep.Torch.Tests.Calls;

/// <summary>The switches are libtorch's own and are there without a GPU; what they do there is not.</summary>
public unsafe class CudaSwitchesTests
{
    private const string Benchmark = "_ZNK2at7Context14benchmarkCuDNNEv",
        Deterministic = "_ZNK2at7Context23deterministicAlgorithmsEv";

    [Fact]
    public void Set_ThisLibtorch_HasEverySwitchAndTurnsThem()
    {
        NativeLibraries.Load();
        nint library = AtenInterface.Module();

        Assert.Empty(CudaSwitches.Set(deterministic: true));
        Assert.Equal((false, true), (Read(library, Benchmark), Read(library, Deterministic)));
        Assert.Empty(CudaSwitches.Set(deterministic: false));
        Assert.Equal((true, false), (Read(library, Benchmark), Read(library, Deterministic)));
    }

    [Fact]
    public void Set_LibraryWithoutThem_NamesWhatIsMissing()
    {
        NativeLibrary.TryLoad("libc.so.6", out nint other);

        Assert.Contains("globalContext", Assert.Single(CudaSwitches.Set(other, deterministic: true)));
    }

    [Fact]
    public void PageLock_NoCuda_LocksNothing()
    {
        using var memory = new PageLock(4096, 4096);

        Assert.False(memory.IsLocked);
    }

    private static bool Read(nint library, string name)
    {
        nint context = ((delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(library, "_ZN2at13globalContextEv"))();
        return ((delegate* unmanaged[Cdecl]<nint, byte>)NativeLibrary.GetExport(library, name))(context) != 0;
    }
}
