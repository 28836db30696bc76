using AlexNet.Testing;

namespace Examples.Tests.Packages;

/// <summary>
/// The packages as a release makes them, and folders of a user who has nothing else. They are packed once, when first asked for.
/// </summary>
public sealed class PackedLibrary : IDisposable
{
    /// <summary>The version of all of them.</summary>
    public const string Version = "0.0.1";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task> _packing;

    public PackedLibrary() => _packing = new Lazy<Task>(PackAsync);

    /// <summary>The folder of the packages.</summary>
    public async Task<string> PackagesAsync()
    {
        await _packing.Value;
        return _folder["packages"];
    }

    /// <summary>A new folder, in which NuGet knows these packages too. What this machine has restored before is not copied.</summary>
    public async Task<string> NewUserAsync(string name)
    {
        string packages = await PackagesAsync(),
            user = _folder[name];
        Directory.CreateDirectory(user);
        await File.WriteAllTextAsync(
            Path.Combine(user, "nuget.config"),
            $"""
            <configuration>
              <packageSources><add key="built" value="{packages}" /></packageSources>
              <config><add key="globalPackagesFolder" value="{_folder["cache"]}" /></config>
              <fallbackPackageFolders><add key="usual" value="{UsualPackages}" /></fallbackPackageFolders>
            </configuration>
            """
        );
        return user;
    }

    /// <summary>Runs a program to its end, and requires that it succeeds.</summary>
    public static async Task RunAsync(string program, string[] arguments, string directory, string? home = null)
    {
        KeyValuePair<string, string?>[] environment = home is null ? [] : [new("DOTNET_CLI_HOME", home)];
        await using var process = ProgramProcess.Start(program, arguments, environment, directory);
        await process.SucceedAsync(Deadline);
    }

    public void Dispose() => _folder.Dispose();

    private static string UsualPackages =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private async Task PackAsync()
    {
        foreach (string project in (string[])["src/Lockstep.Native", "src/Lockstep", "templates"])
        {
            string[] settings = ["-p:PacksLibrary=true", $"-p:Version={Version}", "-v", "quiet"];
            await RunAsync("dotnet", ["pack", project, "-o", _folder["packages"], .. settings], Checkout.Root);
        }
    }
}

/// <summary>The tests that share the packages, one after the other.</summary>
[CollectionDefinition]
public sealed class PackedLibraryGroup : ICollectionFixture<PackedLibrary>;
