namespace Lockstep.Native.Tests;

public class TorchSharpCuresTests
{
    [Fact]
    public void Apply_OnLinux_LoadsTheLibrariesAndKeepsMemory()
    {
        var report = TorchSharpCures.Apply();

        Assert.Same(NativeLibraries.Load(), report.Libraries);
        Assert.True(report.KeepsMemory);
        Assert.StartsWith(NativeLibraries.Load().Reason, $"{report}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true, "The allocator has all settings.")]
    [InlineData(true, false, "call AllocatorSettings.RestartUnlessActive() first")]
    [InlineData(false, false, "The allocator is left as it is.")]
    public void Report_Allocator_SaysWhatIsMissing(bool keeps, bool all, string expected) =>
        Assert.Contains(expected, $"{new CureReport(null, keeps, all)}", StringComparison.Ordinal);
}
