namespace Lockstep.Native;

/// <summary>What <see cref="TorchSharpCures"/> has done to this process.</summary>
/// <param name="Libraries">The native libraries; null where TorchSharp is left to load its own.</param>
/// <param name="KeepsMemory">Whether the allocator keeps freed memory.</param>
/// <param name="HasAllSettings">Whether the process was started with all settings of the allocator, huge pages among them.</param>
public sealed record CureReport(NativeLibraryReport? Libraries, bool KeepsMemory, bool HasAllSettings)
{
    /// <summary>The same in sentences, for a log.</summary>
    public override string ToString() => string.Join(' ', new[] { Libraries?.Reason ?? "TorchSharp loads its own libraries.", Memory });

    private string Memory =>
        (HasAllSettings, KeepsMemory) switch
        {
            (true, _) => "The allocator has all settings.",
            (false, true) => "The allocator keeps freed memory; for huge pages too, start the program with "
                + $"{AllocatorSettings.Variable}={AllocatorSettings.Value}, or call AllocatorSettings.RestartUnlessActive() first.",
            _ => "The allocator is left as it is.",
        };
}
