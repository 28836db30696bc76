using AlexNet.Cli.Launching;
using AlexNet.Protocol.V1;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AlexNet.Cli.Views;

/// <summary>A table that redraws itself, for a person at a terminal.</summary>
internal sealed class LiveView : IRunView, IDisposable
{
    private const int BarWidth = 32;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);

    private readonly TrainRequest _request;
    private readonly IAnsiConsole _console;
    private readonly RunProgress _progress = new();
    private readonly object _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _drawing;
    private IRenderable[] _statusPage = [];
    private IRenderable[] _notice = []; // the last

    public LiveView(TrainRequest request, IAnsiConsole console)
    {
        (_request, _console) = (request, console);
        _drawing = console.Live(Draw()).AutoClear(false).StartAsync(RedrawAsync);
    }

    public void Serving(string statusPage)
    {
        lock (_lock)
            _statusPage = [new Text(RunProgress.StatusPageLine(statusPage), Color.Grey)];
    }

    public void Show(RunEvent entry)
    {
        lock (_lock)
            _progress.Add(entry);
        if (entry.Interrupted is { } interrupted)
        {
            Dispose();
            _console.WriteLine(RunProgress.InterruptedLine(interrupted, _request.RunDirectory));
        }
        if (entry.Finished is not { } finished)
            return;
        Dispose();
        foreach (string line in RunProgress.FinalLines(finished, _request.RunDirectory))
            _console.WriteLine(line);
    }

    public void Notice(string sentence)
    {
        lock (_lock)
            _notice = [new Text(sentence)];
    }

    public void Drawn(IReadOnlyList<string> files) => _console.WriteLine(RunProgress.PicturesLine(files));

    public void Failed(string message, int exitCode)
    {
        Dispose();
        _console.MarkupLineInterpolated($"[red]Failed:[/] {message}");
        _console.MarkupLineInterpolated($"Logs: {Path.Combine(_request.RunDirectory, "logs")}");
    }

    public void Dispose()
    {
        _end.Cancel();
        _drawing.Wait();
    }

    private async Task RedrawAsync(LiveDisplayContext context)
    {
        using var timer = new PeriodicTimer(Refresh);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
                context.UpdateTarget(Draw());
        }
        catch (OperationCanceledException)
        {
            context.UpdateTarget(Draw());
        }
    }

    private Rows Draw()
    {
        lock (_lock)
        {
            if (_progress.Started is not { } started || _progress.Step is not { } step)
                return new Rows([.. _statusPage, new Text(_progress.Started is null ? _progress.State : _progress.Headline()), .. _notice]);
            return new Rows([.. _statusPage, new Text(_progress.Headline()), Bar(), new Text(_progress.StepLine()), Workers(started, step), .. Epochs(), .. _notice]);
        }
    }

    private Markup Bar()
    {
        int done = (int)(_progress.Share * BarWidth);
        return new Markup($"[green]{new string('█', done)}[/][grey]{new string('░', BarWidth - done)}[/] {RunProgress.Invariant($"{_progress.Share:P0}")}  left {RunProgress.Time(_progress.TimeLeft)}");
    }

    private Table Workers(Started started, StepDone step)
    {
        var table = new Table().Border(TableBorder.Rounded)
            .AddColumn("worker").AddColumn("slot").AddColumn("process")
            .AddColumn(new TableColumn("images/s").RightAligned())
            .AddColumn(new TableColumn("exchange").RightAligned())
            .AddColumn(new TableColumn("data").RightAligned())
            .AddColumn(new TableColumn("step").RightAligned());
        for (int rank = 0; rank < step.Workers.Count; rank++)
        {
            var (worker, member) = (step.Workers[rank], started.Members[rank]);
            var phases = worker.Phases;
            table.AddRow(
                Markup.Escape(member.WorkerId), Markup.Escape(_request.Topology.SlotOf(rank).ToString()), $"{member.ProcessId} on {Markup.Escape(member.Host)}",
                RunProgress.Invariant($"{worker.ImagesPerSecond:0}"), RunProgress.Invariant($"{phases.Exchange / phases.Total:P0}"),
                RunProgress.Invariant($"{phases.Load / phases.Total:P0}"), RunProgress.Invariant($"{phases.Total * 1000:0} ms"));
        }
        return table;
    }

    private IEnumerable<IRenderable> Epochs() => _progress.Epochs.TakeLast(10).Select(epoch => new Text(RunProgress.EpochLine(epoch)));
}
