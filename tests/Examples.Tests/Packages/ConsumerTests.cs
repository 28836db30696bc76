using System.Text.RegularExpressions;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Examples.Tests.Packages;

/// <summary>
/// A program outside the tree, from the packages alone: the one of the package's page, made by the page's own commands in a fresh folder.
/// </summary>
public sealed partial class ConsumerTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Pages => ["README.md", "src/Lockstep/README.md"];

    /// <summary>README shows the same program and commands as the package's page.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void The_page_shows_the_program_in_at_most_25_lines_and_its_two_commands(string page)
    {
        Assert.InRange(Program(page).TrimEnd().Split('\n').Length, 1, 25);
        Assert.Equal(Program("src/Lockstep/README.md"), Program(page));
        Assert.Equal(2, Commands(page).Length);
        Assert.Equal(Commands("src/Lockstep/README.md"), Commands(page));
    }

    [Fact]
    public async Task The_program_of_the_page_is_made_by_its_commands_trains_is_killed_and_goes_on()
    {
        LongTests.Require();
        foreach (string project in (string[])["Lockstep.Native", "Lockstep"])
        {
            string[] settings = ["-p:PacksLibrary=true", "-p:Version=0.0.1", "-v", "quiet"];
            await RunAsync("dotnet", ["pack", $"src/{project}", "-o", _folder["packages"], .. settings], Checkout.Root);
        }

        string program = _folder["mynet"];
        Directory.CreateDirectory(program);
        File.WriteAllText(
            Path.Combine(program, "nuget.config"),
            $"""
            <configuration>
              <packageSources><add key="built" value="{_folder["packages"]}" /></packageSources>
              <config><add key="globalPackagesFolder" value="{_folder["cache"]}" /></config>
              <fallbackPackageFolders><add key="usual" value="{UsualPackages}" /></fallbackPackageFolders>
            </configuration>
            """
        );
        string[] commands = Commands("README.md");
        await RunAsync("bash", ["-euo", "pipefail", "-c", commands[0]], program);
        await File.WriteAllTextAsync(Path.Combine(program, "Program.cs"), Program("README.md"), TestContext.Current.CancellationToken);
        await RunAsync("bash", ["-euo", "pipefail", "-c", $"{commands[1]} --run-dir whole"], program);

        string binary = Path.Combine(program, "bin", "Debug", "net10.0", "mynet");
        await using (
            var run = ProgramProcess.Start(
                binary,
                ["train", "--replicas", "2", "--run-dir", "killed", "--steps", "120", "--output", "json"],
                new Dictionary<string, string?> { ["ALEXNET_FAULT"] = "kill@1.0:60:reduce" },
                program
            )
        )
        {
            await run.SucceedAsync(Deadline);
            Assert.Contains(run.Output, line => line.Contains("\"generation\":2", StringComparison.Ordinal));
        }

        await RunAsync(binary, ["resume", "killed", "--steps", "200"], program);
        Assert.Equal(ExitCodes.Done, await ExitCodeAsync(binary, ["compare", "whole", "killed"], program));
    }

    public void Dispose() => _folder.Dispose();

    private static string UsualPackages =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static string Program(string page) => Block(page, "csharp", "Training.RunAsync");

    private static string[] Commands(string page) => Block(page, "bash", "dotnet new console").TrimEnd().Split('\n');

    /// <summary>The block of a page that holds a text.</summary>
    private static string Block(string page, string language, string text) =>
        Fence()
            .Matches(File.ReadAllText(Path.Combine(Checkout.Root, page)))
            .Where(m => m.Groups[1].Value == language)
            .Select(m => m.Groups[2].Value)
            .Single(block => block.Contains(text, StringComparison.Ordinal));

    private static async Task RunAsync(string program, string[] arguments, string directory)
    {
        await using var process = ProgramProcess.Start(program, arguments, directory: directory);
        await process.SucceedAsync(Deadline);
    }

    private static async Task<int> ExitCodeAsync(string program, string[] arguments, string directory)
    {
        await using var process = ProgramProcess.Start(program, arguments, directory: directory);
        return await process.ExitCodeAsync(Deadline);
    }

    [GeneratedRegex("^```(\\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
