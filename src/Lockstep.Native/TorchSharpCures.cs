namespace Lockstep.Native;

/// <summary>
/// What any program with TorchSharp may need at its start, in one line. Each part can be had alone: <see cref="NativeLibraries"/>,
/// <see cref="AllocatorSettings"/>. Convolutions are cured net by net, by <see cref="ConvolutionCure"/>.
/// </summary>
public static class TorchSharpCures
{
    /// <summary>
    /// Loads the native libraries, repaired where the host's libstdc++ is too old for them, has numbers in calls live as long as the calls,
    /// and has the allocator keep freed memory. Call it before the first use of <c>torch</c>. On another system than Linux nothing is done.
    /// </summary>
    /// <exception cref="Libraries.NativeLibraryException">A library is missing, of another version, or does not load.</exception>
    public static CureReport Apply() =>
        OperatingSystem.IsLinux()
            ? new CureReport(NativeLibraries.Load(), AllocatorSettings.ApplyToThisProcess(), AllocatorSettings.IsActive())
            : new CureReport(null, KeepsMemory: false, HasAllSettings: false);
}
