using Lockstep.Core.Status;
using Lockstep.Launching;
using Lockstep.Protocol.V1;

namespace Lockstep.Views;

/// <summary>Plain lines, for a log file or a pipe.</summary>
internal sealed class PlainView(TrainRequest request, TextWriter output) : IRunView
{
    private const double Interval = 5; // seconds between lines about steps

    private readonly RunProgress _progress = new();
    private readonly ToldOnce _told = new();
    private double _lastLine = double.NegativeInfinity;
    private WorkerChanged? _failed; // not shown yet: where the run ends with it, the last line tells it

    public void Serving(string statusPage) => output.WriteLine(RunProgress.StatusPageLine(statusPage));

    public void Show(RunEvent entry)
    {
        _progress.Add(entry);
        if (entry.State is { State: StateChanged.Types.State.Failed })
            return; // the last line says why
        ShowFailed();
        switch (entry.EventCase)
        {
            case RunEvent.EventOneofCase.State when _told.IsNews(entry.State.Reason):
                output.WriteLine(WorkerDiagnosis.Sentence(entry.State.Reason));
                break;
            case RunEvent.EventOneofCase.Worker when entry.Worker.Stage == WorkerChanged.Types.Stage.Failed:
                _failed = entry.Worker;
                break;
            case RunEvent.EventOneofCase.Worker
                when entry.Worker.Stage is WorkerChanged.Types.Stage.Joined or WorkerChanged.Types.Stage.Lost:
                Show(entry.Worker);
                break;
            case RunEvent.EventOneofCase.Noticed:
                output.WriteLine(RunProgress.NoticeLine(entry.Noticed));
                break;
            case RunEvent.EventOneofCase.Protection:
                output.WriteLine(RunProgress.ProtectionLine(entry.Protection));
                break;
            case RunEvent.EventOneofCase.Started:
                output.WriteLine(_progress.Headline());
                break;
            case RunEvent.EventOneofCase.Step when entry.Seconds - _lastLine >= Interval:
                _lastLine = entry.Seconds;
                output.WriteLine(_progress.StepLine());
                break;
            case RunEvent.EventOneofCase.Epoch:
                output.WriteLine(RunProgress.EpochLine(entry.Epoch));
                break;
            case RunEvent.EventOneofCase.Generation:
                _told.Forget();
                output.WriteLine(RunProgress.GenerationLine(entry.Generation));
                break;
            case RunEvent.EventOneofCase.Checkpoint:
                output.WriteLine(RunProgress.CheckpointLine(entry.Checkpoint));
                break;
            case RunEvent.EventOneofCase.Interrupted:
                output.WriteLine(
                    _told.IsNews(entry.Interrupted.Message)
                        ? RunProgress.InterruptedLine(entry.Interrupted, request.RunName)
                        : RunProgress.GoOnLine(request.RunName)
                );
                break;
            case RunEvent.EventOneofCase.Finished:
                foreach (string line in RunProgress.FinalLines(entry.Finished, request))
                    output.WriteLine(line);
                break;
        }
    }

    public void Notice(string sentence) => output.WriteLine(sentence);

    public void Drawn(IReadOnlyList<string> files) => output.WriteLine(RunProgress.PicturesLine(files));

    public void Failed(string message, int exitCode)
    {
        if (_failed is { } failed && !message.Contains(failed.Message, StringComparison.Ordinal))
            Show(failed);
        output.Flush();
        Console.Error.WriteLine($"Failed: {message}");
        Console.Error.WriteLine($"Logs: {Path.Combine(request.RunDirectory, "logs")}");
    }

    private void ShowFailed()
    {
        if (_failed is { } failed)
            Show(failed);
        _failed = null;
    }

    private void Show(WorkerChanged worker)
    {
        string line = RunProgress.WorkerLine(worker);
        if (_told.IsNews(line))
            output.WriteLine(line);
    }
}
