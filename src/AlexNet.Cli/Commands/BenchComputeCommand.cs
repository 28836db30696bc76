using System.CommandLine;
using System.Globalization;
using AlexNet.Cli.Bench;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Options;
using Lockstep.Storage.Runs;
using Lockstep.Torch.Devices;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet bench compute</c>: images/s of a training on this machine, for each precision and layout.</summary>
internal static class BenchComputeCommand
{
    public static Command Create()
    {
        var recipe = new Argument<string>("recipe")
        {
            Description = "Name or path of a recipe; its net is trained on drawn pictures.",
            DefaultValueFactory = _ => "imagenet-2012",
        };
        var batch = new Option<int>("--batch") { Description = "The global batch.", DefaultValueFactory = _ => 64 };
        var steps = new Option<int>("--steps") { Description = "Steps of each run that are measured.", DefaultValueFactory = _ => 8 };
        var precision = new Option<string[]>("--precision")
        {
            Description = "fp32, tf32 or bf16; may be repeated. fp32 and bf16 by default.",
            AllowMultipleArgumentsPerToken = true,
        }.AcceptOnlyFromAmong("fp32", "tf32", "bf16");
        var layout = new Option<string[]>("--layout")
        {
            Description = "REPLICASxSHARDS; may be repeated. By default 1x1 and 2x1, and 1x2 where the net can be cut in two.",
            AllowMultipleArgumentsPerToken = true,
        };
        var device = new Option<string>("--device")
        {
            Description = "auto, cpu or cuda.",
            DefaultValueFactory = _ => "auto",
        }.AcceptOnlyFromAmong("auto", "cpu", "cuda");
        var (deterministic, gpuLayout) = (GpuArguments.Deterministic(), GpuArguments.Layout());
        var transport = new Option<string>("--transport")
        {
            Description = "auto, grpc or shm.",
            DefaultValueFactory = _ => "auto",
        }.AcceptOnlyFromAmong("auto", "grpc", "shm");
        var output = new Option<string>("--output")
        {
            Description = "text, markdown or json.",
            DefaultValueFactory = _ => "text",
        }.AcceptOnlyFromAmong("text", "markdown", "json");
        var command = new Command(
            "compute",
            "Trains a few steps in each precision and layout, and says how much of their time the layers' kernels take."
        )
        {
            recipe,
            batch,
            steps,
            precision,
            layout,
            device,
            deterministic,
            gpuLayout,
            transport,
            output,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var loaded = RecipeCatalog.Load(Recipe.Reader, parsed.GetRequiredValue(recipe), []);
                var options = new ComputeOptions
                {
                    Recipe = loaded,
                    RecipeName = parsed.GetRequiredValue(recipe),
                    Batch = AtLeastOne("--batch", parsed.GetValue(batch)),
                    Steps = AtLeastOne("--steps", parsed.GetValue(steps)),
                    Precisions = parsed.GetValue(precision) is { Length: > 0 } named
                        ? [.. named.Select(p => Enum.Parse<Precision>(p, ignoreCase: true))]
                        : [Precision.Fp32, Precision.Bf16],
                    Layouts = parsed.GetValue(layout) is { Length: > 0 } given ? [.. given.Select(Layout)] : Layouts(loaded),
                    Device = parsed.GetValue(device) ?? "auto",
                    Gpu = new GpuOptions(parsed.GetValue(deterministic), parsed.GetValue(gpuLayout) ?? GpuOptions.Auto),
                    Transport = parsed.GetValue(transport) ?? "auto",
                };
                await PrintAsync(options, parsed.GetValue(output) ?? "text", cancellation);
                return ExitCodes.Done;
            }
        );
        return command;
    }

    private static async Task PrintAsync(ComputeOptions options, string output, CancellationToken cancellation)
    {
        bool first = true;
        await foreach (var row in new ComputeBench(options).RunAsync(cancellation))
        {
            foreach (string line in first ? ComputeTable.Heading(output, row.Phases.Keys) : [])
                Console.WriteLine(line);
            Console.WriteLine(ComputeTable.Row(output, row));
            first = false;
        }
    }

    private static RunTopology[] Layouts(Recipe recipe) =>
        recipe.Net.Towers % 2 == 0 ? [new(1, 1), new(1, 2), new(2, 1)] : [new(1, 1), new(2, 1)];

    private static RunTopology Layout(string text) =>
        text.Split('x') is [var replicas, var shards]
        && int.TryParse(replicas, NumberStyles.None, CultureInfo.InvariantCulture, out int r)
        && int.TryParse(shards, NumberStyles.None, CultureInfo.InvariantCulture, out int s)
        && r > 0
        && s > 0
            ? new(r, s)
            : throw new BadInputException($"--layout is '{text}'; it must be REPLICASxSHARDS, such as 1x2.");

    private static int AtLeastOne(string option, int value) =>
        value >= 1 ? value : throw new BadInputException($"{option} is {value}; it must be 1 or more.");
}
