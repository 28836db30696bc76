using AlexNet.Testing;
using Lockstep.Core.Errors;

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

    public void Dispose() => _folder.Dispose();
}
