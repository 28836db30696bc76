using System.CommandLine;
using System.Text.Json;
using AlexNet.Cli.Arguments;
using AlexNet.Cli.Views;
using AlexNet.Net.Shards;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Core.Machines;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Storage.Runs;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Exchanging;
using Lockstep.Transport.Collectives;
using TorchSharp;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet bench layers</c>: what each layer of one shard takes by itself.</summary>
internal static class BenchLayersCommand
{
    public static Command Create()
    {
        var recipe = new Argument<string>("recipe")
        {
            Description = "Name or path of a recipe.",
            DefaultValueFactory = _ => "imagenet-2012",
        };
        var batch = new Option<int>("--batch") { Description = "Samples in a batch.", DefaultValueFactory = _ => 64 };
        var shards = new Option<int>("--shards") { Description = "Number of shards; the first is timed.", DefaultValueFactory = _ => 1 };
        var threads = new Option<int>("--threads")
        {
            Description = "Threads to compute with.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var repetitions = new Option<int>("--repetitions")
        {
            Description = "Repetitions; the median counts.",
            DefaultValueFactory = _ => 7,
        };
        var precision = new Option<string>("--precision")
        {
            Description = "fp32, tf32 or bf16.",
            DefaultValueFactory = _ => "fp32",
        }.AcceptOnlyFromAmong("fp32", "tf32", "bf16");
        var device = new Option<string>("--device")
        {
            Description = "auto, cpu or cuda.",
            DefaultValueFactory = _ => "auto",
        }.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        var (deterministic, gpuLayout) = (GpuArguments.Deterministic(), GpuArguments.Layout());
        var output = new Option<string>("--output")
        {
            Description = "text or json.",
            DefaultValueFactory = _ => "text",
        }.AcceptOnlyFromAmong("text", "json");
        var command = new Command("layers", "Times each layer of a shard by itself, forward and backward, and the update.")
        {
            recipe,
            batch,
            shards,
            threads,
            repetitions,
            precision,
            device,
            deterministic,
            gpuLayout,
            output,
        };
        command.SetAction(parsed =>
        {
            var loaded = RecipeCatalog.Load(
                Recipe.Reader,
                parsed.GetRequiredValue(recipe),
                [
                    new("training.precision", parsed.GetRequiredValue(precision)),
                    new("layout.plan", "towers"),
                    new("layout.shards", parsed.GetValue(shards)),
                ]
            );
            if (parsed.GetValue(batch) < 1 || parsed.GetValue(repetitions) < 1)
            {
                throw new BadInputException(
                    $"--batch is {parsed.GetValue(batch)} and --repetitions {parsed.GetValue(repetitions)}; both must be 1 or more."
                );
            }

            if (MachineRoom.Here.ThreadProblem("--threads", parsed.GetValue(threads)) is { } problem)
                throw new BadInputException(problem);
            NativeLibraries.Load();
            torch.set_num_threads(parsed.GetValue(threads));
            var gpu = new GpuOptions(parsed.GetValue(deterministic), parsed.GetRequiredValue(gpuLayout));
            using var shard = Shard.Create(
                loaded,
                new RunTopology(1, parsed.GetValue(shards)),
                0,
                new Exchange(new LocalCollectives()),
                DeviceChoice.Choose(parsed.GetRequiredValue(device)),
                gpu
            );
            foreach (var time in LayerTime.Measure(shard, loaded, parsed.GetValue(batch), parsed.GetValue(repetitions)))
            {
                Console.WriteLine(
                    parsed.GetValue(output) == "json"
                        ? Json(time)
                        : RunProgress.Invariant(
                            $"{time.Name, -8} forward {1000 * time.Forward, 8:0.0} ms   backward {1000 * time.Backward, 8:0.0} ms"
                        )
                );
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static string Json(LayerTime time) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "layer",
                layer = time.Name,
                forward_ms = 1000 * time.Forward,
                backward_ms = 1000 * time.Backward,
            }
        );
}
