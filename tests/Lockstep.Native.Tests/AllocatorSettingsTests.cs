using System.Diagnostics;

namespace Lockstep.Native.Tests;

public class AllocatorSettingsTests
{
    [Fact]
    public void ApplyTo_EmptyEnvironment_SetsAll()
    {
        var environment = new Dictionary<string, string?>();

        AllocatorSettings.ApplyTo(environment);

        Assert.Equal(
            "glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1",
            environment["GLIBC_TUNABLES"]
        );
    }

    [Fact]
    public void ApplyTo_StartOfAProcess_IsAccepted()
    {
        var start = new ProcessStartInfo("true");
        AllocatorSettings.ApplyTo(start.Environment);
        AllocatorSettings.ApplyTo(start.Environment);
        Assert.True(AllocatorSettings.IsActive(start.Environment[AllocatorSettings.Variable]));
    }

    [Theory]
    [InlineData(null, AllocatorSettings.Value)]
    [InlineData("", AllocatorSettings.Value)]
    [InlineData(AllocatorSettings.Value, AllocatorSettings.Value)]
    [InlineData(
        "glibc.malloc.mmap_max=9:glibc.malloc.tcache_count=1",
        "glibc.malloc.mmap_max=9:glibc.malloc.tcache_count=1:glibc.malloc.trim_threshold=17179869184:glibc.malloc.hugetlb=1"
            + ":glibc.malloc.arena_max=1"
    )]
    public void Merge_UsersSettings_Win(string? users, string expected) => Assert.Equal(expected, AllocatorSettings.Merge(users));

    [Theory]
    [InlineData(null, false)]
    [InlineData("glibc.malloc.mmap_max=0", false)]
    [InlineData("glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184", true)]
    [InlineData("glibc.malloc.hugetlb=2:glibc.malloc.arena_max=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184", false)]
    public void IsActive_ValueAtStart_IsTrueWhenAllAreThere(string? tunables, bool expected) =>
        Assert.Equal(expected, AllocatorSettings.IsActive(tunables));

    [Theory]
    [InlineData("A=b\0GLIBC_TUNABLES=glibc.a=1:glibc.b=2\0C=d\0", "glibc.a=1:glibc.b=2")]
    [InlineData("A=b\0GLIBC_TUNABLES=glibc.a=1\0glibc.b=2\0C=d\0", "glibc.a=1:glibc.b=2")]
    [InlineData("A=b\0C=d\0", null)]
    public void Of_AnEnvironment_GivesTheWholeValue(string environment, string? expected) =>
        Assert.Equal(expected, AllocatorSettings.Of(environment));

    [Fact]
    public void IsActive_VariableSetAfterTheStart_IsNotFooled()
    {
        bool before = AllocatorSettings.IsActive();
        string? value = Environment.GetEnvironmentVariable(AllocatorSettings.Variable);
        Environment.SetEnvironmentVariable(AllocatorSettings.Variable, before ? null : AllocatorSettings.Value);
        try
        {
            Assert.Equal(before, AllocatorSettings.IsActive());
        }
        finally
        {
            Environment.SetEnvironmentVariable(AllocatorSettings.Variable, value);
        }
    }

    /// <summary>Large blocks are mapped and given back one by one, until the settings are applied; no restart is needed for that.</summary>
    [Fact]
    public async Task ApplyToThisProcess_LargeBlocks_StayInTheHeap()
    {
        var (exitCode, output, error) = await Probe.Run("allocator", (AllocatorSettings.Variable, null));
        Assert.True(exitCode == 0, error);
        Assert.Equal("True True False", output.Trim());
    }

    [Fact]
    public async Task RestartUnlessActive_WithoutTheSettings_BeginsTheProgramAnewInTheSameProcess()
    {
        var (exitCode, output, error) = await Probe.Run("restart", (AllocatorSettings.Variable, null));
        Assert.True(exitCode == 0, error);
        string[] starts = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string process = starts[0].Split(' ')[0];
        Assert.Equal([$"{process} False", $"{process} True"], starts);
        Assert.Equal($"{process} True", output.Trim());
    }

    /// <summary>What the user has set stays, and is no reason to restart for ever.</summary>
    [Theory]
    [InlineData(AllocatorSettings.Value, "True")]
    [InlineData("glibc.malloc.arena_max=9:glibc.malloc.hugetlb=0:glibc.malloc.mmap_max=9:glibc.malloc.trim_threshold=9", "False")]
    public async Task RestartUnlessActive_WithTheSettingsOrTheUsersOwn_GoesOn(string tunables, string isActive)
    {
        var (exitCode, output, error) = await Probe.Run("restart", (AllocatorSettings.Variable, tunables));
        Assert.True(exitCode == 0, error);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.EndsWith($" {isActive}", output.Trim(), StringComparison.Ordinal);
    }
}
