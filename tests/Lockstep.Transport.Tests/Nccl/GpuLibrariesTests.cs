using System.Runtime.InteropServices;
using Lockstep.Transport.Nccl;

namespace Lockstep.Transport.Tests.Nccl;

/// <summary>
/// The binding as far as it goes without a GPU. Between GPUs it is checked by <c>benchmarks/check</c>, which says plainly where it has
/// not run.
/// </summary>
public sealed class GpuLibrariesTests
{
    /// <summary>This process has no libtorch, and so no CUDA runtime of libtorch's.</summary>
    [Fact]
    public void WhyUnavailable_WithoutLibtorch_NamesWhatIsMissingAndTheRemedy()
    {
        string why = GpuLibraries.WhyUnavailable()
            ?? throw new InvalidOperationException("there is a CUDA runtime in a process that has loaded none.");
        Assert.Contains("CUDA runtime", why, StringComparison.Ordinal);
        Assert.Contains("use the package for GPUs", why, StringComparison.Ordinal);
    }

    /// <summary>Source: nccl.h, ncclUniqueId and ncclConfig_t of 2.14; NCCL reads the latter as far as its first field says.</summary>
    [Fact]
    public void Structures_AreThoseOfTheHeader()
    {
        Assert.Equal(128, Marshal.SizeOf<NcclInterface.UniqueId>());
        Assert.Equal(24, Marshal.SizeOf<NcclInterface.Config>());
        Assert.Equal(
            [0, 8, 12, 16],
            ((string[])["Size", "Magic", "Version", "Blocking"]).Select(f => (int)Marshal.OffsetOf<NcclInterface.Config>(f))
        );
        var config = NcclInterface.Config.WithoutBlocking;
        Assert.Equal(((nuint)24, 0xcafebeef, 21400u, 0), (config.Size, config.Magic, config.Version, config.Blocking));
    }

    [Fact]
    public void UniqueId_GoesThereAndBack()
    {
        byte[] bytes = [.. Enumerable.Range(0, NcclInterface.IdBytes).Select(i => (byte)i)];
        Assert.Equal(bytes, NcclInterface.UniqueId.Of(bytes).ToArray());
    }
}
