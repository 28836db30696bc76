using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AlexNet.Core.Checkpoints;
using AlexNet.Core.Errors;
using AlexNet.Core.Recipes;
using AlexNet.Protocol.V1;

namespace AlexNet.Coordinator;

/// <summary>The run's directory: the resolved recipe, and one line of metrics for each step and epoch, each once, over all generations.</summary>
internal sealed class RunStore : IDisposable
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly string _path;
    private StreamWriter _metrics;

    public RunStore(CoordinatorOptions options, RunLedger ledger)
    {
        _path = Path.Combine(options.RunDirectory, CheckpointFiles.Metrics);
        bool goesOn = options.Resume || (ledger.RunId is not null && !ledger.HasEnded);
        if (File.Exists(_path) && !goesOn)
            throw new BadInputException($"run directory '{options.RunDirectory}' holds a run already ({CheckpointFiles.Metrics}); go on with it (--resume), or give each run a directory of its own (--run-dir).");
        WriteRecipe(Path.Combine(options.RunDirectory, CheckpointFiles.Recipe), RecipeJson.Write(options.Recipe));
        _metrics = Open();
    }

    public void Write(StepDone step) => Write(new
    {
        @event = "step",
        step = step.Step,
        epoch = step.Epoch,
        loss = step.Loss,
        samples = step.Samples,
        rate = step.Rate,
        images_per_second = step.ImagesPerSecond,
    });

    public void Write(EpochDone epoch) => Write(new
    {
        @event = "epoch",
        epoch = epoch.Epoch,
        step = epoch.Step,
        loss = epoch.Loss,
        test_loss = epoch.TestLoss,
        top1 = epoch.Top1,
        top5 = epoch.Top5,
    });

    /// <summary>Tells a book everything up to a step, and forgets the rest: the run goes on from there.</summary>
    public void Replay(StepBook book, long last)
    {
        _metrics.Dispose();
        book.Clear();
        var kept = new List<string>();
        foreach (string line in File.ReadLines(_path))
        {
            if (Parse(line) is not { } entry || entry.GetProperty("step").GetInt64() > last)
                continue; // cut short when the coordinator was killed, or after the step to go on from
            kept.Add(line);
            if (entry.GetProperty("event").GetString() == "step")
                book.Remember(StepOf(entry));
            else
                book.Remember(EpochOf(entry));
        }
        string unfinished = _path + ".unfinished";
        File.WriteAllLines(unfinished, kept);
        File.Move(unfinished, _path, overwrite: true);
        _metrics = Open();
    }

    public void Dispose() => _metrics.Dispose();

    private void Write(object line) => _metrics.WriteLine(JsonSerializer.Serialize(line, Options));

    /// <summary>Whole or not at all: the coordinator may have been started from this very file.</summary>
    private static void WriteRecipe(string path, string recipe)
    {
        if (!File.Exists(path) || File.ReadAllText(path) != recipe)
            DurableFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(recipe)));
    }

    private StreamWriter Open() => new(_path, append: true) { AutoFlush = true };

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
