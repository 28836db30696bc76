using System.Text.Json;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Cluster.Tests;

/// <summary>What a run shows to programs and people, and what it leaves in its directory.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Json_output_has_every_step_and_the_promised_fields_and_the_run_evaluates_again()
    {
        await using var alexnet = AlexnetProcess.Train(
            _folder["run"],
            ["quickstart", "--shards", "2", "--epochs", "2", .. SmallRun.FewPictures]
        );
        var finished = await alexnet.FinishAsync(SmallRun.Deadline);

        Assert.Equal(14, finished.GetProperty("steps").GetInt32());
        Assert.Equal([.. Enumerable.Range(1, 14)], alexnet.Events.Where(e => Is(e, "step")).Select(e => e.GetProperty("step").GetInt32()));
        Assert.Equal(2, alexnet.Events.Count(e => Is(e, "epoch")));
        Assert.Equal(1, alexnet.Events.Count(e => Is(e, "started")));
        Assert.Equal(
            (2, 1, 2),
            (
                finished.GetProperty("shards").GetInt32(),
                finished.GetProperty("replicas").GetInt32(),
                finished.GetProperty("workers").GetInt32()
            )
        );
        Assert.True(finished.GetProperty("samples_per_second").GetDouble() > 0);
        Assert.Equal(_folder["run"], finished.GetProperty("run_dir").GetString());
        Assert.Equal(16, File.ReadLines(Path.Combine(_folder["run"], "metrics.jsonl")).Count());

        await using var eval = AlexnetProcess.Start("eval", _folder["run"], "--output", "json");
        Assert.Equal(ExitCodes.Done, await eval.ExitCodeAsync(SmallRun.Deadline));
        var evaluated = Assert.Single(eval.Events);
        Assert.Equal(finished.GetProperty("top1").GetDouble(), evaluated.GetProperty("top1").GetDouble(), 1e-9);
        Assert.Equal(finished.GetProperty("top5").GetDouble(), evaluated.GetProperty("top5").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task A_pipe_gets_plain_lines_and_the_run_leaves_pictures_of_itself()
    {
        await using var alexnet = ProgramProcess.Start(
            ProgramProcess.Beside("alexnet"),
            ["train", "quickstart", "--steps", "2", "--run-dir", _folder["run"], .. SmallRun.FewPictures]
        );
        await alexnet.SucceedAsync(SmallRun.Deadline);
        Assert.DoesNotContain(alexnet.Output, line => line.Contains('\e'));
        Assert.Contains(alexnet.Output, line =>
            line.StartsWith("quickstart: 483,530 parameters, 2 workers (1 replica of 2 shards; links: 1 shm)", StringComparison.Ordinal)
        );
        Assert.Contains(alexnet.Output, line => line.StartsWith("Test accuracy", StringComparison.Ordinal));
        Assert.Contains(alexnet.Output, line => line == $"Evaluate it again: alexnet eval {_folder["run"]}");
        string[] pictures = [Path.Combine(_folder["run"], "plot.png"), Path.Combine(_folder["run"], "filters.png")];
        Assert.Equal($"Pictures: {string.Join(", ", pictures)}", alexnet.Output[^1]);
        Assert.All(pictures, picture =>
            Assert.StartsWith("89504E47", Convert.ToHexString(File.ReadAllBytes(picture)), StringComparison.Ordinal)
        ); // PNG
        Assert.Equal("disc", Lockstep.Storage.Runs.ClassNames.Read(_folder["run"], 10)[0]);
        Assert.Single(Directory.GetFiles(Path.Combine(_folder["run"], "tensorboard")));
    }

    [Fact]
    public async Task Doctor_reports_a_healthy_machine()
    {
        await using var doctor = ProgramProcess.Start(ProgramProcess.Beside("alexnet"), ["doctor"]);
        await doctor.SucceedAsync(SmallRun.Deadline);
        string text = string.Join('\n', doctor.Output);
        Assert.All(new[] { "native library", "devices", "memory", "free port", "/dev/shm", "disk" }, word =>
            Assert.Contains(word, text, StringComparison.Ordinal)
        );
    }

    public void Dispose() => _folder.Dispose();

    private static bool Is(JsonElement line, string kind) => line.GetProperty("event").GetString() == kind;
}
