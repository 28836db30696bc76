using System.CommandLine;
using System.Text.Json;
using AlexNet.Cli.Views;
using AlexNet.Core.Checkpoints;
using AlexNet.Core.Errors;
using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Core.Topology;
using AlexNet.Data;
using AlexNet.Data.Loading;
using AlexNet.Hosting;
using AlexNet.Model;
using AlexNet.Model.Checkpoints;
using AlexNet.Model.Layers;
using AlexNet.Model.Native;
using AlexNet.Transport.Collectives;
using TorchSharp;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet eval RUN|CHECKPOINT</c>: loads the weights of any layout as one whole net and evaluates the test set.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("run") { Description = "A run directory (its newest checkpoint), or a checkpoint's directory." };
        var data = new Option<string?>("--data") { Description = "Directory of the data set; that of the run by default." };
        var output = new Option<string>("--output") { Description = "text or json.", DefaultValueFactory = _ => "text" }.AcceptOnlyFromAmong("text", "json");
        var command = new Command("eval", "Evaluates a trained net on its test set.") { run, data, output };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(run), parsed.GetValue(data), parsed.GetValue(output) == "json"));
        return command;
    }

    private static int Run(string path, string? data, bool json)
    {
        string checkpoint = CheckpointChoice.Find(path).Directory;
        string recipePath = Path.Combine(checkpoint, "..", "..", CheckpointFiles.Recipe);
        var recipe = RecipeCatalog.Load(recipePath, data is null ? [] : [new("data.path", Path.GetFullPath(data))]);

        var tally = Evaluate(recipe, checkpoint);
        var result = new
        {
            @event = "evaluated",
            checkpoint,
            samples = tally.Samples,
            loss = tally.LossSum / tally.Samples,
            top1 = (double)tally.Top1Hits / tally.Samples,
            top5 = (double)tally.Top5Hits / tally.Samples,
        };
        Console.WriteLine(json ? JsonSerializer.Serialize(result)
            : RunProgress.Invariant($"{checkpoint}: test accuracy {result.top1:P2} (top 5: {result.top5:P2}), loss {result.loss:0.0000}, {result.samples} samples"));
        return ExitCodes.Done;
    }

    private static EvaluationTally Evaluate(Recipe recipe, string checkpoint)
    {
        var images = DataSetOpener.Open(recipe).Test;
        NativeLibraries.Load();
        var topology = new RunTopology(1, 1);
        using var shard = new Shard(recipe, topology, 0, new Exchange(new LocalCollectives()), Devices.Choose("auto"));
        using (var weights = ShardedTensors.Open(checkpoint))
            WeightFiles.Read(weights, shard.Parameters);

        var (tally, shape, normaliser) = (new EvaluationTally(), NetShape.Of(recipe).Image, new ImageBatch(recipe.Data, shard.Device, shard.ImageType));
        using var guard = torch.no_grad();
        using var loader = new PrefetchingLoader(
            images, new EvaluationBatches(images.Count, recipe.Training.Batch, topology, new Slot(0, 0)), threads: Environment.ProcessorCount);
        while (loader.TryNext(out var next))
        {
            using var scope = torch.NewDisposeScope();
            using var batch = next;
            var bytes = normaliser.Room(batch.Labels.Length, shape);
            HostMemory.Fill(bytes, batch.Pixels.Span);
            var pass = shard.Forward(normaliser.Normalise(bytes), new PassContext(Training: false, batch.Step, batch.Indices));
            tally.Add(pass.Logits, torch.tensor(batch.Labels).to(shard.Device));
        }
        return tally;
    }
}
