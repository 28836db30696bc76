using AlexNet.Testing;
using Cluster.Tests.Recovery;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Failures;

/// <summary>What happens to the files of a run while it trains, and before it is resumed.</summary>
public sealed class RunFilesTests(UndisturbedRuns undisturbed) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_run_directory_that_is_deleted_in_mid_run_is_told_and_ends_it_with_1()
    {
        await using var alexnet = RecoveryRun.Start(
            _folder["run"],
            1,
            1,
            "--set",
            "training.steps=100000",
            "--set",
            "training.epochs=100000"
        );
        await alexnet.StepAsync(3);
        Directory.Move(_folder["run"], _folder["moved"]);
        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains($"run directory '{_folder["run"]}' is not there any more", alexnet.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ledger_metrics_and_manifest_that_are_damaged_do_not_keep_a_run_from_going_on()
    {
        LongTests.Require();
        await undisturbed.CopyAsync(1, 2, _folder["run"]);
        File.WriteAllBytes(_folder["run/coordinator.db"], [.. Enumerable.Range(0, 12_288).Select(i => (byte)(i * 7))]);
        File.AppendAllText(_folder["run/metrics.jsonl"], "5\n{}\n");
        string newest = Directory.GetDirectories(_folder["run/checkpoints"]).Order(StringComparer.Ordinal).Last();
        File.WriteAllText(Path.Combine(newest, "manifest.json"), "{");
        await RecoveryRun.ResumeAsync(_folder["run"], 1, 2);
        await undisturbed.AssertSameAsync(_folder["run"], 1, 2);
        await LogFile.ContainsAsync(RecoveryRun.Log(_folder["run"], "coordinator"), "coordinator.db' is damaged", SmallRun.Deadline);
    }

    [Theory]
    [InlineData("> /dev/full")]
    [InlineData("| head -n 1 > /dev/null")]
    public async Task Standard_output_that_takes_no_more_costs_lines_and_not_the_run(string goesTo)
    {
        LongTests.Require();
        Assert.SkipUnless(File.Exists("/dev/full") && File.Exists("/bin/bash"), "needs /dev/full and bash");
        await using var shell = ProgramProcess.Start(
            "/bin/bash",
            [
                "-o",
                "pipefail",
                "-c",
                $"\"$0\" \"$@\" {goesTo}",
                ProgramProcess.Beside("alexnet"),
                "train",
                "quickstart",
                "--shards",
                "1",
                "--threads",
                "1",
                "--steps",
                "12",
                "--no-pictures",
                "--run-dir",
                _folder["run"],
                "--output",
                "json",
                .. SmallRun.FewPictures,
            ]
        );
        Assert.Equal(ExitCodes.Done, await shell.ExitCodeAsync(SmallRun.Deadline));
        Assert.Equal(12, new CheckpointStore(_folder["run"]).NewestWhole()?.Step);
    }

    public void Dispose() => _folder.Dispose();
}
