using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Recovery;

/// <summary>A run has one program that leads it; another is refused before it touches anything.</summary>
public sealed class OneLeaderTests : IDisposable
{
    private static readonly string[] Files = ["operator-token", "coordinator.json", "recipe.json"];

    private readonly TemporaryFolder _folder = new();

    private string Run => _folder["run"];

    [Fact]
    public async Task A_second_program_on_a_run_that_trains_is_refused_and_leaves_its_files_alone()
    {
        await using var alexnet = RecoveryRun.Start(Run, 1, 1, "--set", "training.steps=5000", "--set", "training.epochs=5000");
        await alexnet.StepAsync(6);
        var before = Files.Select(f => File.ReadAllText(Path.Combine(Run, f))).ToList();

        await RefusedAsync(AlexnetProcess.Start("resume", Run, "--epochs", "6000", "--output", "json"));
        await RefusedAsync(RecoveryRun.Start(Run, 1, 2, "--resume", "--set", "training.steps=6000", "--set", "training.epochs=6000"));
        await using (
            var byHand = ProgramProcess.Start(
                ProgramProcess.Beside("AlexNet.Coordinator"),
                ["--recipe", Path.Combine(Run, "recipe.json"), "--run-dir", Run, "--token", "secret", "--resume", "true"]
            )
        )
        {
            Assert.Equal(ExitCodes.BadInput, await byHand.ExitCodeAsync(SmallRun.Deadline));
            Assert.Contains("is in use by another coordinator", byHand.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, Files.Select(f => File.ReadAllText(Path.Combine(Run, f))));
        Processes.Signal(alexnet.Id, Processes.SigTerm);
        Assert.Equal(ExitCodes.Interrupted, await alexnet.ExitCodeAsync(SmallRun.Deadline)); // the first has felt nothing
    }

    public void Dispose() => _folder.Dispose();

    private static async Task RefusedAsync(AlexnetProcess second)
    {
        await using var _ = second;
        Assert.Equal(ExitCodes.BadInput, await second.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains("is in use by another coordinator", second.FailureMessage, StringComparison.Ordinal);
    }
}
