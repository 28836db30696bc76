using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Recovery;

/// <summary>Law 4: resume is exact.</summary>
public sealed class ResumeTests(UndisturbedRuns undisturbed) : IDisposable
{
    private static readonly TimeSpan TenSeconds = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Everything_killed_at_once_and_resumed_it_ends_in_the_same_bits()
    {
        await KillAllAsync(11, 2, 2);
        var finished = await RecoveryRun.ResumeAsync(_folder["run"], 2, 2);
        Assert.Equal(RecoveryRun.Steps, finished.GetProperty("steps").GetInt32());
        await undisturbed.AssertSameAsync(_folder["run"], 2, 2);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    public async Task Everything_killed_at_any_step_again_and_again_it_ends_in_the_same_bits(int replicas, int shards)
    {
        LongTests.Require();
        var random = new Random(20261122);
        int[] steps =
        [
            1,
            RecoveryRun.StepsPerEpoch,
            RecoveryRun.Steps - 1,
            .. Enumerable.Range(0, 7).Select(_ => random.Next(2, RecoveryRun.Steps)),
        ];
        foreach (int step in steps.Order())
        {
            await KillAllAsync(
                step,
                replicas,
                shards,
                File.Exists(Path.Combine(_folder["run"], CheckpointFiles.Metrics)) ? ["--resume"] : []
            );
        }

        await RecoveryRun.ResumeAsync(_folder["run"], replicas, shards);
        await undisturbed.AssertSameAsync(_folder["run"], replicas, shards);
    }

    [Fact]
    public async Task In_other_layouts_it_goes_on_with_the_same_losses()
    {
        LongTests.Require();
        const double tolerance = 1e-3; // law 1: two correct programs in fp32, for the first steps
        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, 2, "--steps", "4"))
            await alexnet.FinishAsync(SmallRun.Deadline);
        await RecoveryRun.ResumeAsync(_folder["run"], 1, 1, "--steps", "6");
        await RecoveryRun.ResumeAsync(_folder["run"], 2, 2, "--steps", "8");
        var losses = TrainedState.Read(_folder["run"]).Losses;
        Assert.Equal(8, losses.Count);
        foreach (var ((step, loss), expected) in losses.Zip((await undisturbed.OfAsync(1, 2)).Losses))
        {
            Assert.Equal(expected.Step, step);
            Assert.Equal(expected.Loss, loss, tolerance);
        }
    }

    [Fact]
    public async Task A_finished_run_says_so_and_trains_no_step_and_another_recipe_is_refused()
    {
        await undisturbed.CopyAsync(1, 2, _folder["run"]);
        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, 2, "--resume"))
        {
            var finished = await alexnet.FinishAsync(SmallRun.Deadline);
            Assert.Equal(RecoveryRun.Steps, finished.GetProperty("steps").GetInt32());
            Assert.Empty(alexnet.EventsOf("step"));
        }
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);

        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, 2, "--resume", "--set", "optimizer.rate=0.02"))
        {
            Assert.Equal(ExitCodes.BadInput, await alexnet.ExitCodeAsync(TenSeconds));
            Assert.Contains("optimizer.rate 0.001 and is to go on with 0.02", alexnet.Error, StringComparison.Ordinal);
        }
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_named_and_the_one_before_it_used()
    {
        LongTests.Require();
        await KillAllAsync(12, 1, 2);
        var newest = new CheckpointStore(_folder["run"]).NewestWhole();
        Assert.Equal(10, newest?.Step);
        string damaged = Path.Combine(newest?.Directory ?? "", CheckpointFiles.Shard(CheckpointFiles.Optimizer, 1, 2));
        byte[] content = await File.ReadAllBytesAsync(damaged, TestContext.Current.CancellationToken);
        content[^1] ^= 1;
        await File.WriteAllBytesAsync(damaged, content, TestContext.Current.CancellationToken);

        await using (var alexnet = RecoveryRun.Start(_folder["run"], 1, 2, "--resume"))
        {
            await alexnet.FinishAsync(SmallRun.Deadline);
            Assert.Equal(6, alexnet.EventsOf("step")[0].GetProperty("step").GetInt32());
        }
        Assert.Matches(
            $"Checkpoint {newest?.Directory} is damaged, .*'{Path.GetFileName(damaged)}'",
            await File.ReadAllTextAsync(RecoveryRun.Log(_folder["run"], "coordinator"), TestContext.Current.CancellationToken)
        );
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Trains to a step, then kills command line, coordinator and workers.</summary>
    private async Task KillAllAsync(int step, int replicas, int shards, params string[] arguments)
    {
        await using var alexnet = RecoveryRun.Start(_folder["run"], replicas, shards, arguments);
        await alexnet.StepAsync(step);
        var processes = Processes.WithArgument(_folder["run"]);
        Assert.Equal(2 + replicas * shards, processes.Count);
        foreach (int process in processes)
            Processes.Signal(process, Processes.SigKill);
        await Processes.NoneWithArgumentAsync(_folder["run"], TenSeconds);
    }
}
