using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Hosting.Ending;
using Lockstep.Launching;
using Lockstep.Views;

namespace AlexNet.Cli.Sweeping;

/// <summary>
/// Trains the runs of a sweep that are not done, each as <c>alexnet train</c> does: a coordinator and workers as processes. The first
/// signal saves the runs that are under way and begins no other; a second one ends them at once.
/// </summary>
/// <param name="say">Hears what happens, a line at a time, on any thread.</param>
/// <param name="draw">Draws the pictures of a run that has ended.</param>
internal sealed class SweepRunner(Action<string> say, Action<TrainRequest> draw)
{
    private const string Log = "train.log";

    private readonly Lock _lock = new();
    private readonly List<Interruption> _underWay = [];
    private bool _ending;

    /// <summary>Returns the exit code: that of the first run that did not end well, or 0.</summary>
    /// <param name="runs">All runs of the sweep.</param>
    /// <param name="parallel">The number of runs side by side.</param>
    /// <param name="cancellation">Ends all at once.</param>
    public async Task<int> RunAsync(IReadOnlyList<SweepRun> runs, int parallel, CancellationToken cancellation)
    {
        var signals = EndSignals.Hear();
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        signals.HandTo(End);
        int[] codes = new int[runs.Count];
        await Parallel.ForAsync(0, runs.Count, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (place, _) =>
        {
            string name = $"{place + 1}/{runs.Count} {runs[place].Name}";
            if (runs[place].IsDone)
                say($"{name}: done before");
            else
                codes[place] = await TrainAsync(name, runs[place].Request, interrupted);
        });
        signals.HandTo(_ => { });
        return codes.FirstOrDefault(code => code != ExitCodes.Done);
    }

    private async Task<int> TrainAsync(string name, TrainRequest request, CancellationTokenSource interrupted)
    {
        try
        {
            using var held = RunLock.Take(request.RunDirectory);
            await using var log = new StreamWriter(Path.Combine(request.RunDirectory, Log), append: true) { AutoFlush = true };
            await using var cluster = new LocalCluster(request);
            var interruption = new Interruption(cluster, interrupted);
            lock (_lock)
            {
                if (_ending)
                    return ExitCodes.Interrupted;
                _underWay.Add(interruption);
            }

            say($"{name}: {(request.Resume ? "goes on" : "begins")}");
            int code;
            try
            {
                code = await cluster.RunAsync(new PlainView(request, log), interrupted.Token);
            }
            finally
            {
                lock (_lock)
                    _underWay.Remove(interruption);
            }

            if (code == ExitCodes.Done && request.Pictures)
                draw(request);
            say($"{name}: {(code == ExitCodes.Done ? "done" : code == ExitCodes.Interrupted ? "interrupted, saved" : "failed")}");
            return code;
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            say($"{name}: interrupted");
            return ExitCodes.Failed;
        }
        catch (ProcessFailedException e)
        {
            say($"{name}: failed: {e.Message}");
            return e.ExitCode;
        }
        catch (Exception e) // the other runs go on
        {
            say($"{name}: failed: {ProgramExit.MessageOf(e)}");
            return ProgramExit.CodeOf(e);
        }
    }

    private void End(EndRequest request)
    {
        lock (_lock)
        {
            _ending = true;
            foreach (var run in _underWay)
                run.Take(request);
        }
    }
}
