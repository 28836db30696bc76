using AlexNet.Testing;

namespace Deployment.Tests.Gpu;

/// <summary>What of <c>benchmarks/gpu/run.sh</c> can be tried in a moment; <c>run.sh dry</c> tries the rest, in minutes.</summary>
public class GpuScriptTests
{
    private const int LargestPackage = 60_000_000;

    [Theory]
    [InlineData(LargestPackage - 1, 0)]
    [InlineData(LargestPackage, 1)]
    public async Task CheckSize_Package_IsRefusedFromSixtyMegabytesOn(int bytes, int exitCode)
    {
        using var folder = new TemporaryFolder();
        string package = Path.Combine(folder.Path, "package.tar.gz");
        using (var file = File.Create(package))
            file.SetLength(bytes);

        Assert.Equal(exitCode, await RunAsync("check-size", package));
    }

    [Theory]
    [InlineData("2.10.0+cu128", 0)]
    [InlineData("2.10", 0)]
    [InlineData("2.11.0+cu130", 1)]
    [InlineData("2.1.0", 1)]
    public async Task IsRequired_VersionOfPyTorch_IsComparedByItsMinorNumber(string version, int exitCode) =>
        Assert.Equal(exitCode, await RunAsync("is-required", version));

    [Fact]
    public async Task NoMode_Usage_EndsWithBadInput() => Assert.Equal(2, await RunAsync());

    private static async Task<int> RunAsync(params string[] arguments)
    {
        string script = Checkout.PathOf("benchmarks/gpu/run.sh");
        await using var process = ProgramProcess.Start("bash", [script, .. arguments]);
        return await process.ExitCodeAsync(TimeSpan.FromSeconds(60));
    }
}
