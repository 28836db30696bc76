using System.Text.Json;
using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Training;

/// <summary><c>alexnet sweep</c>: every setting is trained once, whatever happens between.</summary>
public sealed class SweepTests : IDisposable
{
    private static readonly string[] Rates = ["0.001", "0.002"];

    private readonly TemporaryFolder _folder = new();

    private string Sweep => _folder["sweep"];

    [Fact]
    public async Task An_interrupted_sweep_goes_on_and_what_is_done_is_not_made_again()
    {
        await using (var interrupted = Start(steps: 100_000))
        {
            await Polling.UntilAsync(
                () => Task.FromResult(Rates.All(rate => StepsOf(rate) > 0)),
                () => Task.FromResult(interrupted.Error),
                SmallRun.Deadline
            );
            Processes.Signal(interrupted.Id, Processes.SigTerm);
            Assert.Equal(ExitCodes.Interrupted, await interrupted.ExitCodeAsync(SmallRun.Deadline));
            Assert.Contains("the same command with --run-dir", interrupted.Error, StringComparison.Ordinal);
            await Processes.NoneWithArgumentAsync(Sweep, SmallRun.Deadline);
        }

        int steps = Rates.Max(StepsOf) + 2;
        await using (var resumed = Start(steps))
        {
            await resumed.SucceedAsync(SmallRun.Deadline);
            Assert.All(Rates, rate => Assert.Equal(steps, StepsOf(rate)));
            Assert.Equal(2, resumed.Error.Split(": goes on").Length - 1);
            var settings = JsonElement.Parse(Assert.Single(resumed.Output)).GetProperty("settings");
            Assert.Equal(Rates, settings.EnumerateArray().Select(s => s.GetProperty("setting").GetProperty("optimizer.rate").GetString()));
            Assert.All(settings.EnumerateArray(), s => Assert.InRange(s.GetProperty("mean").GetDouble(), 0, 1));
            Assert.True(File.Exists(Path.Combine(Sweep, "sweep.png")));
        }

        await using var done = Start(steps);
        await done.SucceedAsync(SmallRun.Deadline);
        Assert.Equal(2, done.Error.Split(": done before").Length - 1);
        Assert.All(Rates, rate => Assert.Equal(steps, StepsOf(rate)));
    }

    [Theory]
    [InlineData("optimizer.rate=0.1,zero", "optimizer.rate=zero: ")]
    [InlineData("training.batch=16,32", "are the same recipe")] // as --batch says
    public async Task A_bad_setting_is_refused_before_anything_starts(string over, string error)
    {
        await using var sweep = ProgramProcess.Start(
            ProgramProcess.Beside("alexnet"),
            ["sweep", "quickstart", "--over", over, "--batch", "8", .. SmallRun.FewPictures, "--run-dir", Sweep]
        );
        Assert.Equal(ExitCodes.BadInput, await sweep.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains(error, sweep.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Sweep));
    }

    public void Dispose() => _folder.Dispose();

    private ProgramProcess Start(int steps) =>
        ProgramProcess.Start(
            ProgramProcess.Beside("alexnet"),
            [
                "sweep",
                "quickstart",
                "--over",
                $"optimizer.rate={string.Join(',', Rates)}",
                "--parallel",
                "2",
                .. SmallRun.FewPictures,
                "--set",
                "checkpoint.best=false",
                "--epochs",
                "100000",
                "--steps",
                $"{steps}",
                "--shards",
                "1",
                "--threads",
                "1",
                "--run-dir",
                Sweep,
                "--output",
                "json",
                "--no-pictures",
            ]
        );

    /// <summary>The steps that are recorded once each.</summary>
    private int StepsOf(string rate)
    {
        string metrics = Path.Combine(Sweep, $"optimizer.rate={rate}_seed=0", "metrics.jsonl");
        if (!File.Exists(metrics))
            return 0;
        using var reader = new StreamReader(new FileStream(metrics, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split("\"event\":\"step\"").Length - 1;
    }
}
