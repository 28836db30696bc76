using System.Text.Json;
using System.Text.Json.Serialization;
using Lockstep.Core.Status;
using Lockstep.Hosting;
using Lockstep.Launching;
using Lockstep.Protocol.V1;

namespace Lockstep.Views;

/// <summary>One JSON object a line on standard output and nothing else, for programs. The names are contract.</summary>
internal sealed class JsonView(TrainRequest request) : IRunView
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private string _statusPage = "";

    public void Serving(string statusPage) => _statusPage = statusPage;

    public void Show(RunEvent entry)
    {
        switch (entry.EventCase)
        {
            case RunEvent.EventOneofCase.Started:
                Write(Started(entry.Started));
                break;
            case RunEvent.EventOneofCase.Noticed:
                Write(
                    new
                    {
                        @event = "noticed",
                        worker = entry.Noticed.WorkerId.Length > 0 ? entry.Noticed.WorkerId : null,
                        message = entry.Noticed.Message,
                    }
                );
                break;
            case RunEvent.EventOneofCase.Protection:
                Write(
                    new
                    {
                        @event = "protection",
                        every = entry.Protection.Every,
                        cost = entry.Protection.Cost,
                    }
                );
                break;
            case RunEvent.EventOneofCase.Step:
                Write(Step(entry.Step));
                break;
            case RunEvent.EventOneofCase.Epoch:
                Write(Epoch(entry.Epoch));
                break;
            case RunEvent.EventOneofCase.Generation:
                Write(Generation(entry.Generation));
                break;
            case RunEvent.EventOneofCase.Checkpoint:
                Write(Checkpoint(entry.Checkpoint));
                break;
            case RunEvent.EventOneofCase.Interrupted:
                Write(
                    new
                    {
                        @event = "interrupted",
                        step = entry.Interrupted.Step,
                        message = entry.Interrupted.Message,
                        exit_code = entry.Interrupted.ExitCode,
                        run_dir = request.RunDirectory,
                    }
                );
                break;
            case RunEvent.EventOneofCase.Finished:
                Write(Finished(entry.Finished));
                break;
        }
    }

    public void Notice(string sentence) => Write(new { @event = "notice", message = sentence });

    /// <summary>Programs know them: <c>plot.png</c> and <c>filters.png</c>; what ended the run stays the last line.</summary>
    public void Drawn(IReadOnlyList<string> files) { }

    public void Failed(string message, int exitCode) =>
        Write(
            new
            {
                @event = "failed",
                message,
                exit_code = exitCode,
                run_dir = request.RunDirectory,
            }
        );

    private object Started(Started started) =>
        new
        {
            @event = "started",
            run_id = started.RunId,
            recipe = started.Recipe,
            run_dir = request.RunDirectory,
            status_page = _statusPage,
            shards = started.Shards,
            replicas = started.Replicas,
            workers = started.Members.Select(m => new
            {
                id = m.WorkerId,
                host = m.Host,
                pid = m.ProcessId,
            }),
            links = started.Links.Select(l => new
            {
                first = l.First,
                second = l.Second,
                transport = l.Transport.Name(),
            }),
            factors = started.Factors,
            speed = started.BytesPerSecond > 0
                ? new { bytes_per_second = started.BytesPerSecond, flops_per_second = started.FlopsPerSecond }
                : null,
            parameters = started.Parameters,
            total_steps = started.TotalSteps,
            epochs = started.Epochs,
            train_samples = started.TrainSamples,
            test_samples = started.TestSamples,
        };

    private static object Generation(GenerationBegun begun) =>
        new
        {
            @event = "generation",
            generation = begun.Generation,
            step = begun.StartStep,
            source = begun.Source.Word(),
            replicas = begun.Replicas,
            workers = begun.Members.Select(m => new
            {
                id = m.WorkerId,
                host = m.Host,
                pid = m.ProcessId,
            }),
        };

    private static object Checkpoint(CheckpointSaved saved) =>
        new
        {
            @event = "checkpoint",
            step = saved.Step,
            directory = saved.Directory,
            bytes = saved.Bytes,
            seconds = saved.Seconds,
            problem = saved.Problem.Length > 0 ? saved.Problem : null,
        };

    private static object Step(StepDone step) =>
        new
        {
            @event = "step",
            step = step.Step,
            epoch = step.Epoch,
            loss = step.Loss,
            rate = step.Rate,
            samples_per_second = step.SamplesPerSecond,
            phase = step.Phase.Length > 0 ? step.Phase : null,
            phases = step.Workers.Select(w =>
                PhaseTable.Rows.Select(p => (p.Name, Seconds: p.Seconds(w.Phases))).Append(("total", w.Phases.Total)).ToDictionary()
            ),
        };

    private static Dictionary<string, object> Epoch(EpochDone epoch)
    {
        var line = new Dictionary<string, object>
        {
            ["event"] = "epoch",
            ["epoch"] = epoch.Epoch,
            ["step"] = epoch.Step,
            ["loss"] = epoch.Loss,
        };
        foreach (var metric in epoch.Metrics)
            line[metric.Name] = metric.Value;
        return line;
    }

    private Dictionary<string, object?> Finished(RunFinished finished)
    {
        var line = new Dictionary<string, object?> { ["event"] = "finished", ["loss"] = finished.Loss };
        foreach (var metric in finished.Metrics)
            line[metric.Name] = metric.Value;
        line["steps"] = finished.Steps;
        line["samples_per_second"] = finished.SamplesPerSecond;
        line["seconds"] = finished.Seconds;
        line["goodput"] = JsonSerializer.SerializeToNode(finished.Time.ToGoodput(), StatusJson.Options);
        line["ended_early"] = finished.EndedEarly.Length > 0 ? finished.EndedEarly : null;
        line["run_dir"] = request.RunDirectory;
        line["shards"] = request.Topology.Shards;
        line["replicas"] = request.Topology.Replicas;
        line["workers"] = request.Topology.Workers;
        return line;
    }

    private static void Write(object line) => Console.Out.WriteLine(JsonSerializer.Serialize(line, Options));
}
