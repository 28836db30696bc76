using System.Text.Json;
using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Cluster.Tests.Recovery;

/// <summary>The weights that a run begins with are a part of it, as long as it has no checkpoint too.</summary>
public sealed class StartTests(FinishedRuns finished) : IDisposable
{
    private static readonly string[] BeforeTheFirstCheckpoint = ["--set", "checkpoint.everySteps=15", "--set", "training.steps=8"];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Lost_or_killed_before_its_first_checkpoint_it_begins_with_the_same_weights_again()
    {
        string run = (await finished.OfAsync(SmallRun.ThreeSteps)).Directory;
        DirectoryCopy.Make(CheckpointFiles.Directory(run, 3), _folder["weights"]);
        string[] arguments = [.. BeforeTheFirstCheckpoint, "--weights", _folder["weights"]];
        await using (var alexnet = RecoveryRun.Start(_folder["undisturbed"], 1, 2, arguments))
            await alexnet.FinishAsync(SmallRun.Deadline);
        var expected = TrainedState.Read(_folder["undisturbed"]);
        Assert.Equal(StartOf(_folder["undisturbed"]), ManifestFile.Of(CheckpointFiles.Start(_folder["undisturbed"])).Sha256);

        await using (var alexnet = RecoveryRun.StartWithFault(_folder["lost"], "kill@0.1:4:reduce", 1, 2, arguments))
        {
            await alexnet.FinishAsync(SmallRun.Deadline);
            Assert.Equal(0, alexnet.SecondGeneration().Step);
        }
        RecoveryRun.AssertFaultStruck(_folder["lost"]);
        TrainedState.Read(_folder["lost"]).AssertSameAs(expected);

        await KillAllAsync(_folder["killed"], arguments);
        Assert.Null(new CheckpointStore(_folder["killed"]).NewestWhole());
        Directory.Delete(_folder["weights"], recursive: true); // the run has what it needs
        await using (var alexnet = AlexnetProcess.Start("resume", _folder["killed"], "--threads", "1", "--output", "json", "--no-pictures"))
            await alexnet.FinishAsync(SmallRun.Deadline);
        TrainedState.Read(_folder["killed"]).AssertSameAs(expected);
    }

    [Fact]
    public async Task A_run_whose_start_was_changed_or_that_is_given_another_is_refused()
    {
        string run = (await finished.OfAsync(SmallRun.ThreeSteps)).Directory;
        string[] arguments = [.. BeforeTheFirstCheckpoint, "--weights", CheckpointFiles.Directory(run, 3)];
        await KillAllAsync(_folder["run"], arguments);
        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, 2, ["--resume", .. arguments]))
        {
            Assert.Equal(ExitCodes.BadInput, await alexnet.ExitCodeAsync(SmallRun.Deadline));
            Assert.Contains("--weights is given, but the run continues from what it has", alexnet.Error, StringComparison.Ordinal);
        }

        string start = CheckpointFiles.Start(_folder["run"]);
        byte[] content = await File.ReadAllBytesAsync(start, TestContext.Current.CancellationToken);
        content[^2] ^= 1;
        await File.WriteAllBytesAsync(start, content, TestContext.Current.CancellationToken);
        await using (var alexnet = AlexnetProcess.Start("resume", _folder["run"], "--output", "json", "--no-pictures"))
        {
            Assert.Equal(ExitCodes.BadInput, await alexnet.ExitCodeAsync(SmallRun.Deadline));
            Assert.Contains(
                $"has SHA-256 {ManifestFile.Of(start).Sha256}; the run's recipe begins with",
                alexnet.FailureMessage,
                StringComparison.Ordinal
            );
        }
    }

    public void Dispose() => _folder.Dispose();

    private static async Task KillAllAsync(string run, string[] arguments)
    {
        await using var alexnet = RecoveryRun.Start(run, 1, 2, arguments);
        await alexnet.StepAsync(3);
        foreach (int process in Processes.WithArgument(run))
            Processes.Signal(process, Processes.SigKill);
        await Processes.NoneWithArgumentAsync(run, SmallRun.Deadline);
    }

    private static string? StartOf(string run) =>
        JsonElement
            .Parse(File.ReadAllText(Path.Combine(run, CheckpointFiles.Recipe)))
            .GetProperty("start")
            .GetProperty("sha256")
            .GetString();
}
