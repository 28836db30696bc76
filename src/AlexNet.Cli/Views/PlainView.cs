using AlexNet.Cli.Launching;
using AlexNet.Core.Status;
using AlexNet.Protocol.V1;

namespace AlexNet.Cli.Views;

/// <summary>Plain lines, for a log file or a pipe.</summary>
internal sealed class PlainView(TrainRequest request, TextWriter output) : IRunView
{
    private const double Interval = 5; // seconds between lines about steps

    private readonly RunProgress _progress = new();
    private readonly ToldOnce _told = new();
    private double _lastLine = double.NegativeInfinity;

    public void Serving(string statusPage) => output.WriteLine(RunProgress.StatusPageLine(statusPage));

    public void Show(RunEvent entry)
    {
        _progress.Add(entry);
        switch (entry.EventCase)
        {
            case RunEvent.EventOneofCase.State when _told.IsNews(entry.State.Reason):
                output.WriteLine(WorkerDiagnosis.Sentence(entry.State.Reason));
                break;
            case RunEvent.EventOneofCase.Worker when entry.Worker.What is "joined" or "lost" or "failed" && _told.IsNews(RunProgress.WorkerLine(entry.Worker)):
                output.WriteLine(RunProgress.WorkerLine(entry.Worker));
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
                output.WriteLine(RunProgress.InterruptedLine(entry.Interrupted, request.RunDirectory));
                break;
            case RunEvent.EventOneofCase.Finished:
                foreach (string line in RunProgress.FinalLines(entry.Finished, request.RunDirectory))
                    output.WriteLine(line);
                break;
        }
    }

    public void Notice(string sentence) => output.WriteLine(sentence);

    public void Drawn(IReadOnlyList<string> files) => output.WriteLine(RunProgress.PicturesLine(files));

    public void Failed(string message, int exitCode)
    {
        output.Flush();
        Console.Error.WriteLine($"Failed: {message}");
        Console.Error.WriteLine($"Logs: {Path.Combine(request.RunDirectory, "logs")}");
    }
}
