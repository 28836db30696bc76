using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Hosting;

namespace Cluster.Tests.Failures;

/// <summary>What a program needs around it is looked at before anything else, and what is missing is named with its remedy.</summary>
public sealed class SurroundingsTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("mkdir \"$HOME/gone\" && cd \"$HOME/gone\" && rmdir \"$HOME/gone\"", "The working directory cannot be used")]
    [InlineData("ulimit -n 100", "A process may open 100 files at once here (ulimit -Hn); 512 or more are required.")]
    public async Task Named_by_every_program(string before, string expected)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "needs bash");
        foreach (string program in new[] { "alexnet", "AlexNet.Coordinator", "AlexNet.Worker" })
        {
            await using var shell = ProgramProcess.Start(
                "/bin/bash",
                ["-c", $"{before} && exec \"$0\" recipes", ProgramProcess.Beside(program)],
                new Dictionary<string, string?> { ["HOME"] = _folder[""] }
            );
            Assert.Equal(ExitCodes.BadInput, await shell.ExitCodeAsync(Deadline));
            Assert.Contains(expected, shell.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_address_that_cannot_be_listened_at_is_named_with_its_setting()
    {
        await using var coordinator = ProgramProcess.Start(
            ProgramProcess.Beside("AlexNet.Coordinator"),
            ["--recipe", "quickstart", "--run-dir", _folder["run"], "--token", "secret", "--listen", "192.0.2.1:5000"]
        ); // an address for documentation, which nobody has
        Assert.Equal(ExitCodes.BadInput, await coordinator.ExitCodeAsync(Deadline));
        Assert.Equal(
            "setting 'listen' is 192.0.2.1:5000, which cannot be listened at: this machine has no such address. Give one of its own, or "
                + "0.0.0.0 for all of them.",
            coordinator.Error.Trim()
        );
    }

    [Fact]
    public void FilesProblem_ManyWorkers_RequiresMore()
    {
        const string table =
            "Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 "
            + "4096                 files\n";
        Assert.Equal(1024, Surroundings.ParseLimit(table));
        Assert.Null(Surroundings.FilesProblem(1024, workers: 64));
        Assert.Contains(
            "may open 1,023 files at once here (ulimit -Hn); 1024 or more are required for 64 workers",
            Surroundings.FilesProblem(1023, workers: 64),
            StringComparison.Ordinal
        );
        Assert.Contains("for 65 workers", Surroundings.FilesProblem(1024, workers: 65), StringComparison.Ordinal);
        Assert.Null(Surroundings.FilesProblem(null, workers: 65)); // unlimited
    }

    [Fact]
    public async Task MessageOf_BareTextOfTheRuntime_IsPutIntoASentence()
    {
        await using var silent = ProgramProcess.Start("sleep", ["60"]);
        var ours = await Assert.ThrowsAsync<TimeoutException>(() =>
            silent.WaitForLineAsync(_ => true, "a line", TimeSpan.FromMilliseconds(1))
        );
        Assert.StartsWith(
            "Something that this program waited for did not come in time",
            ProgramExit.MessageOf(new TimeoutException()),
            StringComparison.Ordinal
        );
        Assert.Contains("a fault of this program", ProgramExit.MessageOf(new NullReferenceException()), StringComparison.Ordinal);
        Assert.Equal("the disk is gone", ProgramExit.MessageOf(new BadInputException("the disk is gone")));
        Assert.Equal(ours.Message, ProgramExit.MessageOf(ours));
    }

    public void Dispose() => _folder.Dispose();
}
