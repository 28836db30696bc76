using System.CommandLine;
using AlexNet.Cli.Pictures;
using AlexNet.Cli.Planning;
using AlexNet.Recipes;
using AlexNet.Recipes.Planning;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;
using Lockstep.Options;
using Lockstep.Pictures;
using Lockstep.Storage.Runs;
using Lockstep.Views;
using Spectre.Console;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet plan RECIPE --workers N</c>: what a step would cost in every layout, and which is best.</summary>
internal static class PlanCommand
{
    private const int MostWorkers = 1024;
    private const double LocalBandwidth = 12e9,
        LocalLatency = 20e-6,
        NetworkLatency = 50e-6; // PCIe 3.0 x16; a good network

    private static readonly Argument<string> RecipeName = new("recipe") { Description = "Name or path of a recipe." };
    private static readonly Option<int> Workers = new("--workers") { Description = "Number of workers.", Required = true };
    private static readonly Option<int> Hosts = new("--hosts")
    {
        Description = "Number of hosts; the workers are divided among them as evenly as possible.",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<double?> Bandwidth = new("--bandwidth")
    {
        Description = "Bandwidth of each host's network in one direction, in Gbit/s.",
    };
    private static readonly Option<double?> Latency = new("--latency") { Description = "Latency between hosts, in milliseconds." };
    private static readonly Option<double?> DeviceRate = new("--device-rate")
    {
        Description = "Speed of one worker's device, in TFLOP/s that the layers reach.",
    };
    private static readonly Option<double?> Memory = new("--memory") { Description = "Memory that a worker may use, in GiB." };
    private static readonly Option<string?> Machine = new("--machine")
    {
        Description = "A file that 'alexnet bench machine' has written. Without it and without --device-rate, this machine is measured.",
    };
    private static readonly Option<string[]> Set = RecipeArguments.Set();
    private static readonly Option<string?> Plot = new("--plot")
    {
        Description = "Draws the speed-up over 1, 2, 4, ... workers into this .png or .svg file.",
    };
    private static readonly Option<string> Output = OutputArgument.Create();

    public static Command Create()
    {
        var command = new Command(
            "plan",
            "Predicts step time, bytes and memory of every layout for N workers, and names the best. Trains nothing."
        )
        {
            RecipeName,
            Workers,
            Hosts,
            Bandwidth,
            Latency,
            DeviceRate,
            Memory,
            Machine,
            Set,
            Plot,
            Output,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var errors = new List<string>();
        var settings = RecipeArguments.Parse(parsed.GetValue(Set), errors);
        var (workers, hosts) = (parsed.GetValue(Workers), parsed.GetValue(Hosts));
        Require(workers is >= 1 and <= MostWorkers, "--workers", workers, $"1 to {MostWorkers}", errors);
        Require(hosts >= 1 && hosts <= Math.Max(1, workers), "--hosts", hosts, "1 or more, and no more than workers", errors);
        foreach (var option in (Option<double?>[])[Bandwidth, Latency, DeviceRate, Memory])
        {
            if (parsed.GetValue(option) is { } value)
                Require(value > 0 && double.IsFinite(value), option.Name, value, "above 0", errors);
        }

        if (hosts > 1 && parsed.GetValue(Bandwidth) is null && parsed.GetValue(Machine) is null)
            errors.Add($"--hosts is {hosts}, and the network between them is not known; give --bandwidth in Gbit/s.");
        if (errors.Count > 0)
            throw new BadInputException(errors);
        foreach (var option in (Option<double?>[])[Bandwidth, Latency])
        {
            if (hosts == 1 && parsed.GetValue(option) is not null)
            {
                Console.Error.WriteLine(
                    $"Note: {option.Name} changes nothing: there is one host (--hosts), so nothing travels over a network."
                );
            }
        }

        if (parsed.GetValue(Plot) is { } picture)
            PictureFile.RefuseOther(picture, Plot.Name);

        string name = parsed.GetRequiredValue(RecipeName);
        var recipe = RecipeCatalog.Load(Recipe.Reader, name, settings);
        var machine = await MachineAsync(parsed, name, recipe, cancellation);
        var predictions = Planner.Predict(recipe, workers, hosts, machine);
        if (predictions.Count == 0)
        {
            throw new BadInputException(
                $"no layout of '{recipe.Name}' for {Count.Of(workers, "worker")} fits: "
                    + $"{(machine.MemoryLimit is { } limit ? $"--memory is {limit / (double)(1L << 30):0.#} GiB, and " : "")}its net has "
                    + $"{Count.Of(recipe.Net.Towers, "tower")} and its batch {Count.Of(recipe.GlobalBatch, "sample")}; give more memory, "
                    + "fewer workers, or a larger batch (--set training.batch=...)."
            );
        }

        Print(predictions, parsed.GetValue(Output) == "json");
        if (parsed.GetValue(Plot) is { } file)
        {
            var counts = Enumerable.Range(0, 11).Select(power => 1 << power).TakeWhile(n => n <= workers);
            var all = counts.SelectMany(n => Planner.Predict(recipe, n, Math.Max(1, n * hosts / workers), machine)).ToList();
            SpeedUpPicture.Write(file, all[0], all);
            Console.Error.WriteLine(Path.GetFullPath(file));
        }
        return ExitCodes.Done;
    }

    private static void Print(IReadOnlyList<Prediction> predictions, bool asJson)
    {
        if (asJson)
        {
            foreach (var prediction in predictions)
                Console.WriteLine(PlanLines.Json(prediction, isBest: prediction == predictions[0]));
            return;
        }
        AnsiConsole.Write(PlanLines.Table(predictions));
        Console.WriteLine(PlanLines.Reason(predictions));
    }

    /// <summary>Given, read or measured; what is given counts before what is read.</summary>
    private static async Task<MachineModel> MachineAsync(ParseResult parsed, string name, Recipe recipe, CancellationToken cancellation)
    {
        MachineModel machine;
        if (parsed.GetValue(Machine) is { } file)
        {
            machine = MachineFile.Read(file, recipe.Name);
        }
        else if (parsed.GetValue(DeviceRate) is { } rate)
        {
            machine = new MachineModel
            {
                DeviceRate = rate * 1e12,
                Local = new(LocalBandwidth, LocalLatency),
                Network = new(LocalBandwidth, NetworkLatency),
            };
        }
        else
        {
            Console.Error.WriteLine("Measuring this machine ...");
            machine = await MachineProbe.MeasureAsync(name, recipe, "auto", cancellation);
        }
        if (parsed.GetValue(DeviceRate) is { } given)
            machine = machine with { DeviceRate = given * 1e12, Layers = [] };
        var network = machine.Network;
        return machine with
        {
            Network = new(
                parsed.GetValue(Bandwidth) * 1e9 / 8 ?? network.BytesPerSecond,
                parsed.GetValue(Latency) / 1000 ?? network.LatencySeconds
            ),
            MemoryLimit = parsed.GetValue(Memory) is { } gib ? (long)(gib * (1L << 30)) : machine.MemoryLimit,
        };
    }

    private static void Require(bool holds, string option, double found, string required, List<string> errors)
    {
        if (!holds)
            errors.Add(RunProgress.Invariant($"{option} is {found}; it must be {required}."));
    }
}
