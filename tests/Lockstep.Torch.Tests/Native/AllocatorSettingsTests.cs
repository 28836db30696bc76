using System.Diagnostics;
using Lockstep.Torch.Native;

namespace Lockstep.Torch.Tests.Native;

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
}
