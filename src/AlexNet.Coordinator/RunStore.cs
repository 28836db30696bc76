using System.Text.Json;
using System.Text.Json.Serialization;
using AlexNet.Core.Checkpoints;
using AlexNet.Core.Errors;
using AlexNet.Core.Recipes;
using AlexNet.Protocol.V1;

namespace AlexNet.Coordinator;

/// <summary>The run's directory: the resolved recipe, and one line of metrics for each step and epoch.</summary>
internal sealed class RunStore : IDisposable
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly StreamWriter _metrics;

    public RunStore(CoordinatorOptions options)
    {
        string metrics = Path.Combine(options.RunDirectory, CheckpointFiles.Metrics);
        if (File.Exists(metrics))
            throw new BadInputException($"run directory '{options.RunDirectory}' holds a run already ({CheckpointFiles.Metrics}); give each run a directory of its own (--run-dir).");
        Directory.CreateDirectory(options.RunDirectory);
        File.WriteAllText(Path.Combine(options.RunDirectory, CheckpointFiles.Recipe), RecipeJson.Write(options.Recipe));
        _metrics = new StreamWriter(metrics) { AutoFlush = true };
    }

    public void Write(StepDone step) => Write(new
    {
        @event = "step",
        step = step.Step,
        epoch = step.Epoch,
        loss = step.Loss,
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

    public void Dispose() => _metrics.Dispose();

    private void Write(object line) => _metrics.WriteLine(JsonSerializer.Serialize(line, Options));
}
