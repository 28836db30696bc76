using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AlexNet.Coordinator.TensorBoard;
using AlexNet.Core.Checkpoints;
using AlexNet.Core.Errors;
using AlexNet.Core.Recipes;
using AlexNet.Core.Runs;
using AlexNet.Protocol.V1;

namespace AlexNet.Coordinator;

/// <summary>
/// The run's directory: the resolved recipe, the names of the classes, and one line of metrics for each step and epoch, each once, over all generations;
/// the same for TensorBoard.
/// </summary>
internal sealed class RunStore : IDisposable
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly string _path;
    private readonly ILogger<RunStore> _logger;
    private readonly EventLog _events;
    private bool _isBehind; // the last line could not be written, or only a part of it
    private FileStream _metrics;

    public RunStore(CoordinatorOptions options, RunLedger ledger, TimeProvider time, ILogger<RunStore> logger)
    {
        _logger = logger;
        _path = Path.Combine(options.RunDirectory, CheckpointFiles.Metrics);
        bool goesOn = ledger.IsResumed || options.TakeOver || options.ResumesAsNeeded || (ledger.RunId is not null && ledger.End is null);
        if (File.Exists(_path) && !goesOn)
            throw new BadInputException($"run directory '{options.RunDirectory}' holds a run already ({CheckpointFiles.Metrics}); go on with it ({RunHints.Resume(options.RunDirectory)}; a coordinator by hand: --resume true), or give each run a directory of its own (--run-dir).");
        string recipe = Path.Combine(options.RunDirectory, CheckpointFiles.Recipe);
        if (goesOn && File.Exists(recipe))
            RecipeDifferences.Refuse(recipe, options.Recipe);
        WriteRecipe(recipe, RecipeJson.Write(options.Recipe));
        _metrics = Open();
        _events = new EventLog(options.RunDirectory, ledger.Term, time, logger);
    }

    public void Write(StepDone step)
    {
        _events.Write(step);
        Write(new
        {
            @event = "step",
            step = step.Step,
            epoch = step.Epoch,
            loss = step.Loss,
            samples = step.Samples,
            rate = step.Rate,
            images_per_second = step.ImagesPerSecond,
        });
    }

    public void Write(EpochDone epoch)
    {
        _events.Write(epoch);
        Write(new
        {
            @event = "epoch",
            epoch = epoch.Epoch,
            step = epoch.Step,
            loss = epoch.Loss,
            test_loss = epoch.TestLoss,
            top1 = epoch.Top1,
            top5 = epoch.Top5,
        });
    }

    /// <summary>The words for the classes, which a trained net keeps when its data is gone.</summary>
    public void Write(IReadOnlyList<string> classNames)
    {
        try
        {
            ClassNames.Write(Path.GetDirectoryName(_path) ?? "", classNames);
        }
        catch (IOException e)
        {
            _logger.ClassesNotRecorded(e.Message);
        }
    }

    /// <summary>Tells a book everything up to a step, and forgets the rest: the run goes on from there.</summary>
    /// <returns>What it told, in order.</returns>
    public IReadOnlyList<RunEvent> Replay(StepBook book, long last)
    {
        _metrics.Dispose();
        book.Clear();
        var (kept, told) = (new List<string>(), new List<RunEvent>());
        foreach (string line in File.ReadLines(_path))
        {
            if (Parse(line) is not { } entry || entry.GetProperty("step").GetInt64() > last)
                continue; // cut short when the coordinator was killed, or after the step to go on from
            kept.Add(line);
            told.Add(entry.GetProperty("event").GetString() == "step" ? new() { Step = StepOf(entry) } : new() { Epoch = EpochOf(entry) });
            book.Remember(told[^1]);
        }
        string unfinished = _path + ".unfinished";
        File.WriteAllLines(unfinished, kept);
        File.Move(unfinished, _path, overwrite: true);
        _metrics = Open();
        _events.Begin(book.Steps);
        return told;
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _events.Dispose();
    }

    /// <summary>A disk that is full costs lines, not the run.</summary>
    private void Write(object line)
    {
        try
        {
            string end = _isBehind ? "\n" : ""; // of the part of a line
            _metrics.Write(Encoding.UTF8.GetBytes($"{end}{JsonSerializer.Serialize(line, Options)}\n"));
            _isBehind = false;
        }
        catch (IOException e)
        {
            if (!_isBehind)
                _logger.NotRecorded(_path, e.Message);
            _isBehind = true;
        }
    }

    /// <summary>Whole or not at all: the coordinator may have been started from this very file.</summary>
    private static void WriteRecipe(string path, string recipe)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != recipe)
            DurableFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(recipe)));
    }

    private FileStream Open() => new(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>Null for a line that is no whole one.</summary>
    private static JsonElement? Parse(string line)
    {
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static StepDone StepOf(JsonElement entry) => new()
    {
        Step = entry.GetProperty("step").GetInt64(),
        Epoch = entry.GetProperty("epoch").GetInt32(),
        Loss = Number(entry, "loss"),
        Samples = entry.GetProperty("samples").GetInt32(),
        Rate = Number(entry, "rate"),
        ImagesPerSecond = Number(entry, "images_per_second"),
    };

    private static EpochDone EpochOf(JsonElement entry) => new()
    {
        Epoch = entry.GetProperty("epoch").GetInt32(),
        Step = entry.GetProperty("step").GetInt64(),
        Loss = Number(entry, "loss"),
        TestLoss = Number(entry, "test_loss"),
        Top1 = Number(entry, "top1"),
        Top5 = Number(entry, "top5"),
    };

    // infinite losses are written as strings
    private static double Number(JsonElement entry, string name) => entry.GetProperty(name).Deserialize<double>(Options);
}
