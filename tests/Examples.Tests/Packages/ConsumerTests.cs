using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Examples.Tests.Packages;

/// <summary>
/// A program outside the tree, from the packages alone: the one of the package's page, made by the page's own commands in a fresh folder.
/// </summary>
[Collection(typeof(PackedLibraryGroup))]
public sealed class ConsumerTests(PackedLibrary library)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    public static TheoryData<string> Pages => ["README.md", "src/Lockstep/README.md"];

    /// <summary>README shows the same program and commands as the package's page.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void The_page_shows_the_program_in_at_most_25_lines_and_its_two_commands(string page)
    {
        Assert.InRange(PageOfPackage.Program(page).TrimEnd().Split('\n').Length, 1, 25);
        Assert.Equal(PageOfPackage.Program("src/Lockstep/README.md"), PageOfPackage.Program(page));
        Assert.Equal(2, PageOfPackage.Commands(page).Length);
        Assert.Equal(PageOfPackage.Commands("src/Lockstep/README.md"), PageOfPackage.Commands(page));
    }

    [Fact]
    public async Task The_program_of_the_page_is_made_by_its_commands_trains_is_killed_and_goes_on()
    {
        LongTests.Require();
        string program = await library.NewUserAsync("mynet");
        string[] commands = PageOfPackage.Commands("README.md");
        await PackedLibrary.RunAsync("bash", ["-euo", "pipefail", "-c", commands[0]], program);
        await File.WriteAllTextAsync(
            Path.Combine(program, "Program.cs"),
            PageOfPackage.Program("README.md"),
            TestContext.Current.CancellationToken
        );
        await PackedLibrary.RunAsync("bash", ["-euo", "pipefail", "-c", $"{commands[1]} --run-dir whole"], program);

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

        await PackedLibrary.RunAsync(binary, ["resume", "killed", "--steps", "200"], program);
        await using var compare = ProgramProcess.Start(binary, ["compare", "whole", "killed"], directory: program);
        Assert.Equal(ExitCodes.Done, await compare.ExitCodeAsync(Deadline));
    }
}
