using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Lockstep.Core.Runs;

/// <summary>
/// The make of this machine's processor. Numeric libraries choose kernels and block sizes by it, so that two makes with the same
/// instructions differ in last bits.
/// </summary>
public static class Processor
{
    /// <summary>Such as <c>GenuineIntel 6.143</c>: vendor, family and model; empty where the processor does not say.</summary>
    public static string Here { get; } = X86Base.IsSupported ? Read() : "";

    /// <summary>Source: Intel 64 manual, volume 2, CPUID leaves 0 and 1.</summary>
    private static string Read()
    {
        var vendor = X86Base.CpuId(0, 0);
        int[] letters = [vendor.Ebx, vendor.Edx, vendor.Ecx];
        int signature = X86Base.CpuId(1, 0).Eax,
            family = signature >> 8 & 0xf,
            model = signature >> 4 & 0xf;
        if (family is 6 or 15)
            model += (signature >> 16 & 0xf) << 4;
        if (family == 15)
            family += signature >> 20 & 0xff;
        string name = Encoding.ASCII.GetString(MemoryMarshal.AsBytes(letters.AsSpan()));
        return string.Create(CultureInfo.InvariantCulture, $"{name} {family}.{model}");
    }
}
