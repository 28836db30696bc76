using AlexNet.Testing;

namespace Examples.Tests.Packages;

/// <summary><c>dotnet new lockstep</c>, from the packages alone.</summary>
[Collection(typeof(PackedLibraryGroup))]
public sealed class TemplateTests(PackedLibrary library)
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
        string user = await library.NewUserAsync("template"),
            mine = Path.Combine(user, "Mine"),
            package = Path.Combine(await library.PackagesAsync(), $"Lockstep.Templates.{PackedLibrary.Version}.nupkg");
        await PackedLibrary.RunAsync("dotnet", ["new", "install", package], user, home: user);
        await PackedLibrary.RunAsync("dotnet", ["new", "lockstep", "--name", "Mine", "--no-update-check"], user, home: user);
        await PackedLibrary.RunAsync("dotnet", ["build", "-v", "quiet"], mine);
        string program = Path.Combine(mine, "bin", "Debug", "net10.0", "Mine");
        await PackedLibrary.RunAsync(program, ["train", "--run-dir", "run", "--steps", "20"], mine);
    }

    [Fact]
    public async Task Asked_for_GPUs_it_refers_to_their_package_alone()
    {
        LongTests.Require();
        string user = await library.NewUserAsync("gpu"),
            package = Path.Combine(await library.PackagesAsync(), $"Lockstep.Templates.{PackedLibrary.Version}.nupkg");
        await PackedLibrary.RunAsync("dotnet", ["new", "install", package], user, home: user);
        await PackedLibrary.RunAsync("dotnet", ["new", "lockstep", "--name", "Gpu", "--cuda", "--no-update-check"], user, home: user);

        string project = await File.ReadAllTextAsync(Path.Combine(user, "Gpu", "Gpu.csproj"), TestContext.Current.CancellationToken);
        Assert.Contains("TorchSharp-cuda-linux", project, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch-cpu", project, StringComparison.Ordinal);
        Assert.DoesNotContain("VERSION", project, StringComparison.Ordinal);
    }
}
