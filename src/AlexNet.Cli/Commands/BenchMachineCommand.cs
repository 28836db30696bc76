using System.CommandLine;
using AlexNet.Cli.Arguments;
using AlexNet.Cli.Planning;
using AlexNet.Recipes;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet bench machine</c>: what the planner must know of this machine.</summary>
internal static class BenchMachineCommand
{
    public static Command Create()
    {
        var recipe = new Argument<string>("recipe")
        {
            Description = "Name or path of a recipe, whose layers are timed.",
            DefaultValueFactory = _ => "imagenet-2012",
        };
        var device = NetArguments.Device();
        var file = new Option<string?>("--out") { Description = "The file to write; standard output by default." };
        var command = new Command(
            "machine",
            "Measures layers, update and link of this machine, for 'alexnet plan --machine FILE'. Takes about a minute."
        )
        {
            recipe,
            device,
            file,
        };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                string name = parsed.GetRequiredValue(recipe);
                Console.Error.WriteLine("Measuring this machine ...");
                var machine = await MachineProbe.MeasureAsync(
                    name,
                    RecipeCatalog.Load(Recipe.Reader, name, []),
                    parsed.GetRequiredValue(device),
                    cancellation
                );
                if (parsed.GetValue(file) is { } path)
                    MachineFile.Write(path, machine);
                if (parsed.GetValue(file) is { } written)
                    OutputFile.NewsOf(written).WriteLine(Path.GetFullPath(written));
                else
                    Console.WriteLine(MachineFile.Text(machine));
                return ExitCodes.Done;
            }
        );
        return command;
    }
}
