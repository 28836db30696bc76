using System.Diagnostics;
using System.Text.Json;
using AlexNet.Benchmarks;

namespace AlexNet.ChaosBenchmark;

/// <summary><c>alexnet train</c> as a process of its own, its events with the time at which they came.</summary>
internal sealed class RunProcess : IDisposable
{
    private readonly Process _process;
    private readonly object _lock = new();
    private readonly List<int> _slots = []; // processes of the workers of the generation in force, in rank order
    private readonly List<(bool IsLive, long Steps)> _repeated = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Take(e.Data);
    }

    /// <summary>
    /// Of each generation that followed another: whether it went on from what workers held, and how many steps that had been told it makes
    /// again.
    /// </summary>
    public IReadOnlyList<(bool IsLive, long Steps)> Repeated
    {
        get
        {
            lock (_lock)
                return [.. _repeated];
        }
    }

    /// <summary>The newest step that was told, counted from 1.</summary>
    public long Step { get; private set; }

    /// <summary>When it was told.</summary>
    public long StepTimestamp { get; private set; }

    /// <summary>The step from which the generation in force went on.</summary>
    public long StartStep { get; private set; }

    public int Id => _process.Id;

    public string LastLine { get; private set; } = "";

    /// <summary>Generations that have begun to train.</summary>
    public int Generations { get; private set; }

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public Task Ended => _process.WaitForExitAsync();

    public static RunProcess Start(IEnumerable<string> arguments)
    {
        var process = new Process { StartInfo = AlexnetProgram.StartOf(arguments) };
        var run = new RunProcess(process);
        process.Start();
        process.BeginOutputReadLine();
        return run;
    }

    /// <summary>The processes of the run that live: workers in slots first, then, if wanted, all the others.</summary>
    public IReadOnlyList<int> Processes(bool onlyWorkers)
    {
        var children = ChildrenOf(_process.Id);
        lock (_lock)
            return onlyWorkers ? [.. _slots.Where(children.Contains)] : [.. children];
    }

    /// <summary>True for a worker that holds a slot of the generation in force.</summary>
    public bool HoldsSlot(int process)
    {
        lock (_lock)
            return _slots.Contains(process);
    }

    /// <summary>Waits until a step past <paramref name="step"/> is told, or the run ends.</summary>
    public async Task StepAfterAsync(long step, CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (Step > step || _process.HasExited)
                    return;
                changed = _changed.Task;
            }
            await Task.WhenAny(changed, Ended).WaitAsync(cancellation);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        var entry = JsonElement.Parse(line);
        lock (_lock)
        {
            LastLine = line;
            string? kind = entry.GetProperty("event").GetString();
            if (kind is "started" or "generation")
            {
                _slots.Clear();
                _slots.AddRange(entry.GetProperty("workers").EnumerateArray().Select(w => w.GetProperty("pid").GetInt32()));
                Generations++;
                if (kind == "generation")
                {
                    StartStep = entry.GetProperty("step").GetInt64(); // earlier where it starts from a checkpoint
                    _repeated.Add((entry.GetProperty("source").GetString() == "live", Math.Max(0, Step - StartStep)));
                    Step = StartStep;
                }
            }
            if (kind == "step")
                (Step, StepTimestamp) = (entry.GetProperty("step").GetInt64(), Stopwatch.GetTimestamp());
            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private static HashSet<int> ChildrenOf(int parent)
    {
        var children = Directory
            .GetDirectories($"/proc/{parent}/task")
            .SelectMany(task => Read(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return [.. children.Select(int.Parse).Where(IsAlive)];
    }

    private static bool IsAlive(int process) =>
        Read($"/proc/{process}/stat") is var stat
        && stat.LastIndexOf(')') is > 0 and var end
        && end + 2 < stat.Length
        && stat[end + 2] is not ('Z' or 'X' or 'T');

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return ""; // it has just ended
        }
    }
}
