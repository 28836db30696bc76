using System.Text.RegularExpressions;
using AlexNet.Testing;
using Cluster.Tests.Failures;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;

namespace Cluster.Tests.Recovery;

/// <summary>What a run prints for its user to type works exactly as it is printed, in a shell.</summary>
public sealed class HintTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Run => _folder["a run"]; // a name that a shell would take apart

    [Fact]
    public async Task Every_command_line_that_a_run_prints_from_failure_to_end_works()
    {
        LongTests.Require();
        string hint;
        await using (
            var failed = Start(
                [
                    "train",
                    "quickstart",
                    "--shards",
                    "1",
                    "--threads",
                    "1",
                    "--max-restarts",
                    "0",
                    "--run-dir",
                    Run,
                    "--no-pictures",
                    .. Settings(),
                ],
                fault: "kill@0.0:8:forward"
            )
        )
        {
            Assert.Equal(ExitCodes.Failed, await failed.ExitCodeAsync(SmallRun.Deadline));
            hint = HintIn(failed.Error, "Continue it from its newest checkpoint");
        }
        await using (var drained = Shell(hint))
        {
            // all settings are the run's
            await drained.WaitForLineAsync(line => line.Contains("step 6/", StringComparison.Ordinal), "its first step", SmallRun.Deadline);
            Processes.Signal(drained.Id, Processes.SigTerm);
            Assert.Equal(ExitCodes.Interrupted, await drained.ExitCodeAsync(SmallRun.Deadline));
            hint = HintIn(string.Join('\n', drained.Output), "Continue it");
        }
        await using (var status = Start(["status", Run]))
        {
            await status.SucceedAsync(SmallRun.Deadline); // nobody leads the run, and how it ended is told
            Assert.Equal(hint, HintIn(string.Join('\n', status.Output), "Continue it"));
        }
        string output;
        await using (var finished = Shell($"{hint} --no-pictures"))
        {
            await finished.SucceedAsync(SmallRun.Deadline);
            output = string.Join('\n', finished.Output);
        }
        Assert.Equal(Steps, TrainedState.LossesOf(Run).Count);
        await using (var evaluation = Shell(HintIn(output, "Evaluate it again")))
            await evaluation.SucceedAsync(SmallRun.Deadline);
        string picture = Path.Combine(Checkout.Root, "docs", "status-wide-light.png");
        await using (var prediction = Shell(HintIn(output, "Use it").Replace("PICTURE...", RunHints.Quote(picture))))
            await prediction.SucceedAsync(SmallRun.Deadline);
    }

    public void Dispose() => _folder.Dispose();

    private const int Steps = 600;

    private static IEnumerable<string> Settings() =>
        new[]
        {
            $"training.steps={Steps}",
            "training.epochs=100",
            "training.batch=16",
            "data.generated.train=160",
            "data.generated.test=20",
            "checkpoint.everySteps=5",
            "checkpoint.best=false",
        }.SelectMany(s => new[] { "--set", s });

    private static string HintIn(string output, string opening) =>
        Regex.Match(output, $"^.*{opening}: (?<hint>alexnet .*)$", RegexOptions.Multiline).Groups["hint"].Value is { Length: > 0 } hint
            ? hint.TrimEnd()
            : throw new InvalidOperationException($"no '{opening}' in:\n{output}");

    private static ProgramProcess Start(IEnumerable<string> arguments, string? fault = null) =>
        ProgramProcess.Start(ProgramProcess.Beside("alexnet"), arguments, new Dictionary<string, string?> { ["ALEXNET_FAULT"] = fault });

    /// <summary>As a user types it, whose PATH finds the program.</summary>
    private static ProgramProcess Shell(string line) =>
        ProgramProcess.Start(
            "bash",
            ["-c", $"exec {line}"],
            new Dictionary<string, string?> { ["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}" }
        );
}
