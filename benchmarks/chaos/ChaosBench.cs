using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Lockstep.Core.Errors;
using Lockstep.Core.Numerics;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace AlexNet.ChaosBenchmark;

/// <summary>
/// Kills random processes of a quickstart run at random times. 1. The run under kills, for as long as was asked; then it is drained. 2.
/// It is resumed for a few steps more, to its end. 3. An undisturbed run of as many steps. 4. Their final weights and optimiser states must
/// be equal bit for bit, every step recorded once with the same loss, the account of the run's time within 1% of the wall clock, and
/// nothing left running.
/// </summary>
internal sealed partial class ChaosBench(ChaosOptions options)
{
    private const int SigKill = 9,
        SigTerm = 15,
        SigStop = 19;
    private const long Endless = 100_000_000;
    private const int LastSteps = 20; // after the last kill
    private const double MostApart = 0.01; // the account of the run's time and the wall clock
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60); // more than --grace: the machine may be busy

    private readonly List<Blow> _blows = [];
    private readonly List<(bool IsLive, long Steps)> _repeated = [];

    private long MostRepeated => options.Protection.Every > 1 ? options.Protection.Every : 0;

    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        string calm = Path.Combine(options.Directory, "undisturbed"),
            wild = Path.Combine(options.Directory, "disturbed");
        long steps,
            began = Stopwatch.GetTimestamp();
        using (var disturbed = RunProcess.Start(Arguments(wild, Endless)))
        {
            long start = Stopwatch.GetTimestamp();
            await DisturbAsync(disturbed, cancellation);
            if (disturbed.HasEnded)
                return Fail($"the disturbed run ended with exit code {disturbed.ExitCode}: {disturbed.LastLine}");
            _ = Kill(disturbed.Id, SigTerm);
            await disturbed.Ended.WaitAsync(cancellation);
            Report(disturbed, Stopwatch.GetElapsedTime(start));
            if (disturbed.ExitCode != ExitCodes.Interrupted)
                return Fail($"the disturbed run was asked to end and ended with exit code {disturbed.ExitCode}: {disturbed.LastLine}");
            steps = disturbed.Step + LastSteps;
        }
        if (await FinishAsync("resumed", [.. Arguments(wild, steps), "--resume"], cancellation) is { } failed)
            return failed;
        int? account = Account(wild, Stopwatch.GetElapsedTime(began));
        return await FinishAsync("undisturbed", Arguments(calm, steps), cancellation)
            ?? (Compare(calm, wild, steps) is not ExitCodes.Done and var different ? different : account ?? ExitCodes.Done);
    }

    /// <summary>Runs to the end; returns the exit code where that is not a good one.</summary>
    private static async Task<int?> FinishAsync(string what, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var run = RunProcess.Start(arguments);
        await run.Ended.WaitAsync(cancellation);
        return run.ExitCode == ExitCodes.Done ? null : Fail($"the {what} run ended with exit code {run.ExitCode}: {run.LastLine}");
    }

    private async Task DisturbAsync(RunProcess run, CancellationToken cancellation)
    {
        var random = new Random(options.Seed);
        await run.StepAfterAsync(0, cancellation);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalMinutes < options.Minutes; )
        {
            double pause = options.EverySeconds * (0.5 + random.NextDouble());
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(pause), cancellation), run.Ended);
            cancellation.ThrowIfCancellationRequested();
            if (run.HasEnded)
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
            "train",
            "quickstart",
            "--plan",
            options.Plan,
            "--replicas",
            $"{options.Replicas}",
            "--shards",
            $"{options.Shards}",
            "--protect",
            $"{options.Protection}",
            "--factors",
            "always",
            "--threads",
            "1",
            "--spares",
            $"{options.Spares}",
            "--max-restarts",
            "1000000",
            "--run-dir",
            directory,
            "--steps",
            $"{steps}",
            "--epochs",
            "1000000",
            "--set",
            "checkpoint.everySteps=50",
            "--set",
            "data.generated.train=2000",
            "--set",
            "data.generated.test=200",
            "--grace",
            $"{Grace.TotalSeconds}",
        ];

    private void Report(RunProcess run, TimeSpan lasted)
    {
        var clean = _blows
            .Where(b => b is { HeldSlot: true, Recovery: not null })
            .Select(b => b.Recovery?.TotalSeconds ?? 0)
            .Order()
            .ToList();
        string steps = $"{Count.Of(run.Step, "step")}, in {Count.Of(run.Generations, "generation")}",
            struck = $"{Count.Of(_blows.Count, "process was", "processes were")} {(options.Hangs ? "stopped" : "killed")}";
        Say($"The disturbed run took {lasted.TotalMinutes:0.0} minutes for {steps}.");
        Say($"{struck}, {_blows.Count(b => b.HeldSlot)} of them workers in a slot.");
        _repeated.AddRange(run.Repeated);
        var live = _repeated.Where(r => r.IsLive).Select(r => r.Steps).ToList();
        Say($"{live.Count} generations went on from what workers held, and {_repeated.Count - live.Count} from a checkpoint.");
        Say($"Of those that went on from workers, none made more than {live.DefaultIfEmpty().Max()} steps again that had been told.");
        if (clean.Count > 0)
        {
            var (median, worst, best) = (Median.Of(clean), clean[^1], clean[0]);
            Say($"From the blow to the first new step, {clean.Count} blows that no other overlapped:");
            Say($"median {median:0.00} s, worst {worst:0.00} s, best {best:0.00} s.");
        }
    }

    private int Compare(string calm, string wild, long steps)
    {
        string[] kinds = [CheckpointFiles.Weights, CheckpointFiles.Optimizer];
        var live = _repeated.Where(r => r.IsLive).Select(r => r.Steps).ToList();
        if (live.Count > 0 && live.Max() > MostRepeated)
            return Fail($"{live.Max()} steps that were told were made again, and {MostRepeated} are allowed");
        var different = kinds
            .SelectMany(kind => CheckpointFiles.Shards(kind, options.Shards))
            .Where(file => !File.ReadAllBytes(FileOf(calm, file)).AsSpan().SequenceEqual(File.ReadAllBytes(FileOf(wild, file))))
            .ToList();
        if (different.Count > 0)
            return Fail($"{string.Join(", ", different)} differ after step {steps}");
        if (!Losses(calm).SequenceEqual(Losses(wild)))
            return Fail("the recorded steps and losses differ");
        Say($"Final weights and optimiser states are equal bit for bit, and all {steps} steps are recorded once with equal losses.");
        return ExitCodes.Done;

        string FileOf(string run, string file) => Path.Combine(CheckpointFiles.Directory(run, steps), file);
    }

    /// <summary>The run's account of its time beside the wall clock; the exit code where they are more than 1% apart.</summary>
    private static int? Account(string wild, TimeSpan lasted)
    {
        if (GoodputFile.TryRead(wild) is not { Goodput: var goodput })
            return Fail("the run has left no account of its time");
        double apart = goodput.Seconds / lasted.TotalSeconds - 1;
        Say($"{GoodputText.Sentence(goodput)}");
        Say($"The account adds up to {goodput.Seconds:0.0} s, and the wall clock says {lasted.TotalSeconds:0.0} s:");
        Say($"{100 * apart:+0.00;-0.00}%.");
        foreach (var use in goodput.Uses)
            Say($"  {GoodputText.Of(use.Use)}: {use.Seconds:0.0} s");
        return Math.Abs(apart) <= MostApart ? null : Fail("the account is more than 1% away from the wall clock");
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
