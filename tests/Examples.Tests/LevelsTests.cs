using System.Globalization;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Examples.Tests;

/// <summary>The programs of the two lower levels: a loop of the program's own, and only the sums.</summary>
public sealed class LevelsTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("ownloop")]
    [InlineData("collectives")]
    public void The_page_quotes_the_program_word_for_word_and_it_has_a_page(string example)
    {
        string program = File.ReadAllText(Path.Combine(Checkout.Root, "examples", example, "Program.cs"));
        Assert.InRange(program.Count(c => c == '\n'), 1, 25);
        Assert.Contains(
            $"```csharp\n{program}```\n",
            File.ReadAllText(Path.Combine(Checkout.Root, "docs/your-own-net.md")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Two_processes_learn_with_averaged_gradients()
    {
        await using var group = ProgramProcess.Start(ProgramProcess.Beside("collectives"), []);
        double first = Loss(await group.WaitForLineAsync(l => l.StartsWith("step 50: ", StringComparison.Ordinal), "a loss", Deadline));
        double last = Loss(await group.WaitForLineAsync(l => l.StartsWith("step 300: ", StringComparison.Ordinal), "a loss", Deadline));
        await group.SucceedAsync(Deadline);

        Assert.InRange(last, 0, first / 5);
    }

    [Fact]
    public async Task A_loop_of_its_own_hears_of_each_epoch_and_its_words_reach_the_terminal()
    {
        await using var run = ProgramProcess.Start(ProgramProcess.Beside("ownloop"), ["--run-dir", _folder["run"], "--no-pictures"]);
        await run.SucceedAsync(Deadline);

        string[] words = [.. run.Output.Where(l => l.StartsWith("w0: step ", StringComparison.Ordinal))];
        Assert.Equal(["16", "32", "48", "64", "80"], words.Select(w => w.Split(' ', ':')[3]));
        Assert.DoesNotContain(run.Output, l => l.StartsWith("w1: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_stands_in_a_cluster_and_is_told_too_little_hears_what_is_missing()
    {
        await using var member = ProgramProcess.Start(
            ProgramProcess.Beside("collectives"),
            [],
            new Dictionary<string, string?> { ["RANK"] = "1" }
        );
        Assert.Equal(ExitCodes.BadInput, await member.ExitCodeAsync(Deadline));
        Assert.Contains("in a group of 1 it must be 0 to 0", member.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static double Loss(string line) => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
}
