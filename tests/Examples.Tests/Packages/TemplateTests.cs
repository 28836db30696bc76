using AlexNet.Testing;

namespace Examples.Tests.Packages;

/// <summary><c>dotnet new lockstep</c>, from the packages alone.</summary>
[Collection(typeof(PackedLibraryGroup))]
public sealed class TemplateTests(PackedLibrary packed)
{
    [Fact]
    public void The_program_that_it_makes_is_the_one_of_README() =>
        Assert.Equal(
            PageOfPackage.Program("README.md"),
            File.ReadAllText(Checkout.PathOf("templates/lockstep/Program.cs")),
            ignoreLineEndingDifferences: true
        );

    [Fact]
    public async Task What_it_makes_builds_and_trains()
    {
        LongTests.Require();
        string mine = await NewAsync("Mine");
        await PackedLibrary.RunAsync("dotnet", ["build", "-v", "quiet"], mine);
        string program = Path.Combine(mine, "bin", "Debug", "net10.0", "Mine");
        await PackedLibrary.RunAsync(program, ["train", "--run-dir", "run", "--steps", "20"], mine);
    }

    /// <summary>Whether it runs there, nobody has seen.</summary>
    [Theory]
    [InlineData("win-x64", "LibTorchSharp.dll")]
    [InlineData("osx-arm64", "libLibTorchSharp.dylib")]
    public async Task What_it_makes_builds_for_other_systems(string system, string library)
    {
        LongTests.Require();
        string mine = await NewAsync($"For-{system}");
        string[] settings = ["-p:UseAppHost=false", "-p:SelfContained=false", "-v", "quiet"];
        await PackedLibrary.RunAsync("dotnet", ["build", "-r", system, .. settings], mine);
        Assert.True(File.Exists(Path.Combine(mine, "bin", "Debug", "net10.0", system, library)));
    }

    [Fact]
    public async Task Asked_for_GPUs_it_refers_to_their_package_alone()
    {
        LongTests.Require();
        string mine = await NewAsync("Gpu", "--cuda"),
            project = await File.ReadAllTextAsync(Path.Combine(mine, "Gpu.csproj"), TestContext.Current.CancellationToken);
        Assert.Contains("TorchSharp-cuda-linux", project, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch-cpu", project, StringComparison.Ordinal);
        Assert.DoesNotContain("VERSION", project, StringComparison.Ordinal);
    }

    /// <summary>Makes a project, in the folder of a user who has no other templates.</summary>
    private async Task<string> NewAsync(string name, params string[] options)
    {
        string user = await packed.NewUserAsync($"user of {name}"),
            package = Path.Combine(await packed.PackagesAsync(), $"Lockstep.Templates.{PackedLibrary.Version}.nupkg");
        await PackedLibrary.RunAsync("dotnet", ["new", "install", package], user, home: user);
        await PackedLibrary.RunAsync("dotnet", ["new", "lockstep", "--name", name, "--no-update-check", .. options], user, home: user);
        return Path.Combine(user, name);
    }
}
