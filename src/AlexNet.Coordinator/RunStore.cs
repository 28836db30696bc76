using System.Text.Json;
using AlexNet.Core.Checkpoints;
using AlexNet.Core.Recipes;
using AlexNet.Protocol.V1;

namespace AlexNet.Coordinator;

/// <summary>The run's directory: the resolved recipe, and one line of metrics for each step and epoch.</summary>
internal sealed class RunStore : IDisposable
{
    private readonly StreamWriter _metrics;

    public RunStore(CoordinatorOptions options)
    {
        Directory.CreateDirectory(options.RunDirectory);
        File.WriteAllText(Path.Combine(options.RunDirectory, CheckpointFiles.Recipe), RecipeJson.Write(options.Recipe));
        _metrics = new StreamWriter(Path.Combine(options.RunDirectory, CheckpointFiles.Metrics), append: true) { AutoFlush = true };
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

    private void Write(object line) => _metrics.WriteLine(JsonSerializer.Serialize(line));
}
