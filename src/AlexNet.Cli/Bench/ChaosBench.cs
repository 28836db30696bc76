using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using AlexNet.Core.Checkpoints;
using AlexNet.Core.Errors;

namespace AlexNet.Cli.Bench;

/// <summary>
/// Kills random processes of a 2x2 quickstart run at random times. 1. A short run tells how fast this machine is. 2. An undisturbed run.
/// 3. The same run under kills, until it ends by itself. 4. Their final weights and optimiser states must be equal bit for bit, every step
/// recorded once with the same loss, and nothing left running.
/// </summary>
internal sealed partial class ChaosBench(ChaosOptions options)
{
    private const int SigKill = 9, SigStop = 19;
    private const int ProbeSteps = 40;
    private const double TrainingShare = 0.6; // of the disturbed run's time; the rest is recovery

    private readonly List<Blow> _blows = [];

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        double stepSeconds = await ProbeAsync(cancellation);
        long steps = Math.Max(ProbeSteps, (long)(options.Minutes * 60 * TrainingShare / stepSeconds));
        Say($"A step takes {stepSeconds * 1000:0} ms; both runs make {steps} steps.");

        string calm = Path.Combine(options.Directory, "undisturbed"), wild = Path.Combine(options.Directory, "disturbed");
        using (var undisturbed = RunProcess.Start(Arguments(calm, steps)))
        {
            await undisturbed.Ended.WaitAsync(cancellation);
            if (undisturbed.ExitCode != ExitCodes.Done)
                return Fail($"the undisturbed run ended with exit code {undisturbed.ExitCode}: {undisturbed.LastLine}");
        }
        Say($"The undisturbed run is done.");

        long start = Stopwatch.GetTimestamp();
        using var disturbed = RunProcess.Start(Arguments(wild, steps));
        await DisturbAsync(disturbed, steps, cancellation);
        await disturbed.Ended.WaitAsync(cancellation);
        Report(disturbed, Stopwatch.GetElapsedTime(start), steps);
        if (disturbed.ExitCode != ExitCodes.Done)
            return Fail($"the disturbed run ended with exit code {disturbed.ExitCode}: {disturbed.LastLine}");
        return Compare(calm, wild, steps);
    }

    private async Task<double> ProbeAsync(CancellationToken cancellation)
    {
        using var probe = RunProcess.Start(Arguments(Path.Combine(options.Directory, "probe"), ProbeSteps));
        await probe.StepAfterAsync(ProbeSteps / 2, cancellation);
        var (step, timestamp) = (probe.Step, probe.StepTimestamp);
        await probe.Ended.WaitAsync(cancellation);
        return Stopwatch.GetElapsedTime(timestamp, probe.StepTimestamp).TotalSeconds / Math.Max(1, ProbeSteps - step);
    }

    private async Task DisturbAsync(RunProcess run, long steps, CancellationToken cancellation)
    {
        var random = new Random(options.Seed);
        await run.StepAfterAsync(0, cancellation);
        while (true)
        {
            double pause = options.EverySeconds * (0.5 + random.NextDouble());
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(pause), cancellation), run.Ended);
            cancellation.ThrowIfCancellationRequested();
            if (run.HasEnded || run.Step >= steps - 1)
                return;
            var alive = run.Processes(options.OnlyWorkers);
            if (alive.Count == 0)
                continue;
            int victim = alive[random.Next(alive.Count)];
            var blow = new Blow(Stopwatch.GetTimestamp(), run.HoldsSlot(victim), run.Step, run.Generations);
            if (Kill(victim, options.Hangs ? SigStop : SigKill) != 0)
                continue; // it has just ended by itself
            _blows.Add(blow);
            _ = WatchAsync(run, blow, cancellation);
        }
    }

    /// <summary>Measures from the kill of a worker to the first step of the next generation.</summary>
    private async Task WatchAsync(RunProcess run, Blow blow, CancellationToken cancellation)
    {
        int count = _blows.Count;
        long before = blow.Step;
        while (!run.HasEnded && run.Generations == blow.Generations)
        {
            await run.StepAfterAsync(before, cancellation); // a step that was under way may still be told
            before = Math.Max(before, run.Step);
        }
        await run.StepAfterAsync(run.StartStep, cancellation); // the loop may have woken with that step already
        blow.Recovery = _blows.Count == count && !run.HasEnded ? Stopwatch.GetElapsedTime(blow.Timestamp, run.StepTimestamp) : null;
    }

    private List<string> Arguments(string directory, long steps) =>
    [
        "train", "quickstart", "--replicas", "2", "--shards", "2", "--threads", "1", "--spares", $"{options.Spares}", "--max-restarts", "1000000",
        "--run-dir", directory, "--steps", $"{steps}", "--epochs", "1000000", "--set", "checkpoint.everySteps=50", "--set", "data.generated.train=2000",
        "--set", "data.generated.test=200",
    ];

    private void Report(RunProcess run, TimeSpan lasted, long steps)
    {
        var clean = _blows.Where(b => b is { HeldSlot: true, Recovery: not null }).Select(b => b.Recovery?.TotalSeconds ?? 0).Order().ToList();
        Say($"The disturbed run took {lasted.TotalMinutes:0.0} minutes for {steps} steps, in {run.Generations} generations.");
        Say($"{_blows.Count} processes were {(options.Hangs ? "stopped" : "killed")}, {_blows.Count(b => b.HeldSlot)} of them workers in a slot.");
        if (clean.Count > 0)
            Say($"From the blow to the first new step, {clean.Count} blows that no other overlapped: median {clean[clean.Count / 2]:0.00} s, worst {clean[^1]:0.00} s, best {clean[0]:0.00} s.");
    }

    private int Compare(string calm, string wild, long steps)
    {
        string[] kinds = [CheckpointFiles.Weights, CheckpointFiles.Optimizer];
        var different = kinds.SelectMany(kind => CheckpointFiles.Shards(kind, 2))
            .Where(file => !File.ReadAllBytes(FileOf(calm, file)).AsSpan().SequenceEqual(File.ReadAllBytes(FileOf(wild, file)))).ToList();
        if (different.Count > 0)
            return Fail($"{string.Join(", ", different)} differ after step {steps}");
        if (!Losses(calm).SequenceEqual(Losses(wild)))
            return Fail("the recorded steps and losses differ");
        Say($"Final weights and optimiser states are equal bit for bit, and all {steps} steps are recorded once with equal losses.");
        return ExitCodes.Done;

        string FileOf(string run, string file) => Path.Combine(CheckpointFiles.Directory(run, steps), file);
    }

    private static IEnumerable<(long Step, double Loss)> Losses(string run) =>
        from line in File.ReadLines(Path.Combine(run, CheckpointFiles.Metrics))
        let entry = System.Text.Json.JsonElement.Parse(line)
        where entry.GetProperty("event").GetString() == "step"
        select (entry.GetProperty("step").GetInt64(), entry.GetProperty("loss").GetDouble());

    private static int Fail(string reason)
    {
        Say($"FAILED: {reason}.");
        return ExitCodes.Failed;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
