using System.Globalization;
using Lockstep.Hosting;
using Lockstep.Launching;
using Lockstep.Protocol.V1;
using Lockstep.Terminals;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockstep.Views;

/// <summary>
/// A table that redraws itself, for a person at a terminal; what stays to be read (evaluations, losses, recoveries) is written above it.
/// While the program is in the background, nothing is drawn and lines are written alone.
/// </summary>
internal sealed class LiveView : IRunView, IDisposable
{
    private const int RowsBesideWorkers = 8;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200),
        BetweenSteps = TimeSpan.FromSeconds(5);

    private readonly TrainRequest _request;
    private readonly IAnsiConsole _console;
    private readonly Func<bool> _isForeground;
    private readonly RunProgress _progress = new();
    private readonly Queue<string> _lines = new(); // to be written above
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _drawing;
    private string? _statusPage;

    /// <param name="request">What was asked for.</param>
    /// <param name="console">The terminal.</param>
    /// <param name="isForeground">Whether the terminal belongs to this program now.</param>
    public LiveView(TrainRequest request, IAnsiConsole console, Func<bool> isForeground)
    {
        (_request, _console, _isForeground) = (request, console, isForeground);
        _drawing = Task.Run(DrawAsync);
    }

    public void Serving(string statusPage)
    {
        lock (_lock)
        {
            _statusPage = RunProgress.StatusPageLine(statusPage);
            _lines.Enqueue(_statusPage);
        }
    }

    public void Show(RunEvent entry)
    {
        lock (_lock)
        {
            _progress.Add(entry);
            if (RunProgress.Milestone(entry) is { } line)
                _lines.Enqueue(line);
        }
        if (entry.Interrupted is { } interrupted)
        {
            Dispose();
            Say(RunProgress.InterruptedLine(interrupted, _request.RunName));
        }
        if (entry.Finished is not { } finished)
            return;
        Dispose();
        foreach (string line in RunProgress.FinalLines(finished, _request))
            Say(line);
    }

    public void Notice(string sentence)
    {
        lock (_lock)
            _lines.Enqueue(sentence);
    }

    public void Drawn(IReadOnlyList<string> files) => Say(RunProgress.PicturesLine(files));

    public void Failed(string message, int exitCode)
    {
        Dispose();
        _console.Write(new Text("Failed: ", Color.Red));
        Say(message);
        Say($"Logs: {Path.Combine(_request.RunDirectory, "logs")}");
    }

    public void Dispose()
    {
        _end.Cancel();
        _drawing.Wait();
    }

    private async Task DrawAsync()
    {
        do
        {
            if (_isForeground())
                await _console.Live(Draw()).AutoClear(false).StartAsync(RedrawAsync);
            else
                await WriteAsync();
        } while (!_end.IsCancellationRequested);
        WriteLines(Say);
    }

    /// <summary>Redraws until the run ends or the program goes to the background.</summary>
    private async Task RedrawAsync(LiveDisplayContext context)
    {
        using var timer = new PeriodicTimer(Refresh);
        while (await TicksAsync(timer) && _isForeground())
        {
            WriteLines(WriteAbove);
            context.UpdateTarget(Draw());
        }
        WriteLines(WriteAbove);
        context.UpdateTarget(Draw());
    }

    /// <summary>Writes lines until the run ends or the program comes to the foreground.</summary>
    private async Task WriteAsync()
    {
        using var timer = new PeriodicTimer(Refresh);
        long told = TimeProvider.System.GetTimestamp();
        while (await TicksAsync(timer) && !_isForeground())
        {
            WriteLines(Say);
            if (TimeProvider.System.GetElapsedTime(told) < BetweenSteps || Step() is not { Length: > 0 } step)
                continue;
            told = TimeProvider.System.GetTimestamp();
            Say(step);
        }
    }

    private async Task<bool> TicksAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(_end.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private string Step()
    {
        lock (_lock)
            return _progress.StepLine();
    }

    private void WriteLines(Action<string> write)
    {
        lock (_lock)
        {
            while (_lines.TryDequeue(out string? line))
                write(line);
        }
    }

    private void WriteAbove(string line) => _console.Write(new WrittenLine(line));

    /// <summary>What is said while nothing is drawn.</summary>
    private void Say(string line)
    {
        using var output = new VisibleWriter(_console.Profile.Out.Writer);
        output.WriteLine(WordWrap.Of(line, _console.Profile.Width));
    }

    private Rows Draw()
    {
        lock (_lock)
        {
            if (_progress.Started is null || _progress.Step is not { } step)
                return new Rows(_progress.Started is null ? [new Text(_progress.State)] : Headlines());
            return new Rows([.. Headlines(), Bar(), new Text(_progress.StepLine(_console.Profile.Width)), .. Workers(step)]);
        }
    }

    private IEnumerable<IRenderable> Headlines() => _progress.Headlines().Select(line => new Text(line));

    private Markup Bar() => ShareBar.Of(_progress.Share, _console.Profile.Width, RunProgress.Time(_progress.TimeLeft));

    /// <summary>As many of the workers as the terminal is high.</summary>
    private IEnumerable<IRenderable> Workers(StepDone step)
    {
        int all = Math.Min(step.Workers.Count, _progress.Members.Count),
            room = Math.Max(1, _console.Profile.Height - RowsBesideWorkers),
            shown = all <= room ? all : room - 1;
        var table = new FittedTable(
            "worker",
            "slot",
            new FittedColumn("process", NeedsRoom: true),
            FittedColumn.Number(_progress.SpeedUnit),
            FittedColumn.Number("exchange"),
            new FittedColumn("data", IsNumber: true, NeedsRoom: true),
            FittedColumn.Number("step")
        );
        for (int rank = 0; rank < shown; rank++)
        {
            var (worker, member) = (step.Workers[rank], _progress.Members[rank]);
            var (phases, slot) = (worker.Phases, _request.Topology.SlotOf(rank));
            table.AddRow(
                member.WorkerId,
                $"{slot.Replica}/{slot.Shard}",
                $"{member.ProcessId} on {member.Host}",
                RunProgress.Invariant($"{worker.SamplesPerSecond:0}"),
                RunProgress.Invariant($"{phases.Exchange / phases.Total:P0}"),
                RunProgress.Invariant($"{phases.Load / phases.Total:P0}"),
                RunProgress.Invariant($"{phases.Total * 1000:0} ms")
            );
        }
        yield return table;
        if (shown < all)
        {
            yield return new Text(
                string.Create(CultureInfo.InvariantCulture, $"and {all - shown} more; the status page has all"),
                Color.Grey
            );
        }
    }
}
