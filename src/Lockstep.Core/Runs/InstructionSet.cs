using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Lockstep.Core.Runs;

/// <summary>The vector instructions that numeric libraries choose their kernels by: another set gives other last bits.</summary>
public static class InstructionSet
{
    private static readonly string[] Limits =
    [
        "ATEN_CPU_CAPABILITY",
        "ONEDNN_MAX_CPU_ISA",
        "MKL_ENABLE_INSTRUCTIONS",
        "DOTNET_EnableAVX512",
        "DOTNET_EnableAVX2",
    ];

    /// <summary>
    /// Of this machine and process, such as <c>x64 fma avx2 avx512f avx512-vnni</c>, and the variables that limit their use.
    /// </summary>
    public static string Here { get; } =
        string.Join(
            ' ',
            [RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), .. Vectors(), .. Limits.Select(Limit).OfType<string>()]
        );

    /// <summary>Whether numeric libraries compute bf16 in vectors here; the libraries' x64 kernels for it begin with AVX-512.</summary>
    public static bool ComputesBf16 => !X86Base.IsSupported || Here.Split(' ').Contains("avx512f");

    /// <summary>Source: Intel 64 manual, volume 2, CPUID leaves 1 and 7.</summary>
    private static IEnumerable<string> Vectors()
    {
        if (!X86Base.IsSupported)
            return [];
        var (first, seventh, second) = (X86Base.CpuId(1, 0), X86Base.CpuId(7, 0), X86Base.CpuId(7, 1));
        (string Name, int Register, int Bit)[] flags =
        [
            ("fma", first.Ecx, 12),
            ("avx2", seventh.Ebx, 5),
            ("avx512f", seventh.Ebx, 16),
            ("avx512-vnni", seventh.Ecx, 11),
            ("avx512-bf16", second.Eax, 5),
            ("amx-bf16", seventh.Edx, 22),
        ];
        return flags.Where(f => (f.Register >> f.Bit & 1) != 0).Select(f => f.Name);
    }

    private static string? Limit(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? $"{variable}={value}" : null;
}
