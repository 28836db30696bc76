using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Recovery;

/// <summary>A run goes on with what it was begun with, also where only its coordinator knows that.</summary>
public sealed class GoingOnTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Run => _folder["run"];

    /// <summary>Without a checkpoint the command line cannot tell; the ledger can.</summary>
    [Fact]
    public async Task Other_data_are_refused_by_the_coordinator_too_and_told_once()
    {
        LongTests.Require();
        foreach (string split in new[] { "train", "val" })
        {
            foreach (string name in new[] { "a", "b" })
            {
                Directory.CreateDirectory(_folder[$"data/{split}/{name}"]);
                File.Copy(Path.Combine(Checkout.Root, "docs", "status-narrow-light.png"), _folder[$"data/{split}/{name}/{name}.png"]);
            }
        }

        string[] arguments =
        [
            "flowers",
            "--data",
            _folder["data"],
            "--shards",
            "1",
            "--threads",
            "1",
            "--steps",
            "1",
            "--batch",
            "2",
            "--set",
            "data.classes=2",
            "--set",
            "net.layers.fc8.outputs=2",
        ];
        await using (var alexnet = AlexnetProcess.Train(Run, arguments))
            await alexnet.FinishAsync(SmallRun.Deadline);
        Directory.Delete(CheckpointFiles.Root(Run), recursive: true);
        foreach (string split in new[] { "train", "val" })
            Directory.Move(_folder[$"data/{split}/a"], _folder[$"data/{split}/z"]); // labels 0 and 1 change places

        await using var again = AlexnetProcess.Start("resume", Run, "--output", "json", "--no-pictures");
        Assert.Equal(ExitCodes.BadInput, await again.ExitCodeAsync(SmallRun.Deadline));
        const string expected = "was begun with other data: class 0 was 'a' and is now 'b'; class 1 was 'b' and is now 'z'";
        Assert.Equal(2, again.FailureMessage.Split(expected).Length);
        Assert.Equal(["a", "b"], Lockstep.Storage.Runs.ClassNames.Read(Run, 2));
    }

    [Fact]
    public async Task A_coordinator_by_hand_refuses_fewer_steps_than_were_made()
    {
        LongTests.Require();
        await using (var alexnet = RecoveryRun.Start(Run, 1, 2))
            await alexnet.FinishAsync(SmallRun.Deadline);
        await using var services = await ServicesByHand.StartAsync(Run, ["layout.shards=2", "training.steps=5"], "--resume", "true");
        ProgramProcess[] workers = [services.Worker("w0"), services.Worker("w1")];
        Assert.Equal(ExitCodes.BadInput, await services.Coordinator.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains("nothing is left to train: the run has made 20 steps", services.Coordinator.Error, StringComparison.Ordinal);
        foreach (var worker in workers)
            await worker.ExitCodeAsync(SmallRun.Deadline);
    }

    [Fact]
    public async Task Fewer_epochs_than_done_are_refused_before_anything_starts()
    {
        LongTests.Require();
        await using (var alexnet = RecoveryRun.Start(Run, 1, 1))
            await alexnet.FinishAsync(SmallRun.Deadline);
        await using var again = AlexnetProcess.Start("resume", Run, "--epochs", "1", "--output", "json");
        Assert.Equal(ExitCodes.BadInput, await again.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains("nothing is left to train", again.FailureMessage, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
