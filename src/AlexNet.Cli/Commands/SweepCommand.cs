using System.CommandLine;
using System.Globalization;
using AlexNet.Cli.Commands.Training;
using AlexNet.Cli.Sweeping;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Launching;
using Lockstep.Objects;
using Lockstep.Terminals;
using Spectre.Console;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet sweep RECIPE --over KEY=VALUE,VALUE</c>: trains a recipe with several settings, and compares them.</summary>
internal static class SweepCommand
{
    private const string Directory = "--run-dir",
        Seed = "--seed",
        Output = "--output",
        Picture = "sweep.png";
    private static readonly string[] Unfit = ["--resume", "--work-dir"];

    private static readonly Option<string[]> Over = new("--over")
    {
        Description = "A value of the recipe and what it is to be: KEY=VALUE,VALUE,... May be repeated; every combination is trained.",
        Required = true,
    };
    private static readonly Option<int> Seeds = new("--seeds")
    {
        Description = "Runs of each setting, with consecutive seeds.",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<int> Side = new("--parallel")
    {
        Description = "Runs side by side; the results do not depend on it.",
        DefaultValueFactory = _ => 1,
    };

    public static Command Create()
    {
        var command = new Command(
            "sweep",
            "Trains a recipe with several settings and seeds, each in a run directory of its own below --run-dir, and compares them. "
                + "Takes the options of train. With the --run-dir of an earlier sweep it goes on with that."
        )
        {
            Over,
            Seeds,
            Side,
        };
        new TrainOptions().AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var errors = new List<string>();
        var axes = (parsed.GetValue(Over) ?? []).Select(text => SweepAxis.Parse(text, errors)).OfType<SweepAxis>().ToList();
        var (seeds, parallel) = (parsed.GetValue(Seeds), parsed.GetValue(Side));
        if (seeds < 1 || parallel < 1)
            errors.Add($"--seeds is {seeds} and --parallel {parallel}; both must be 1 or more.");
        if (axes.GroupBy(a => a.Key).FirstOrDefault(g => g.Count() > 1) is { } twice)
            errors.Add($"--over names '{twice.Key}' twice; give all of its values at once.");
        var given = TrainingArguments.Of(parsed);
        if (given.Recipe is null)
            errors.Add("no recipe is named; give its name or path: alexnet sweep RECIPE --over KEY=VALUE,VALUE.");
        errors.AddRange(given.Named(Unfit).Select(name => $"{name} is no option of a sweep; with --run-dir SWEEP it goes on by itself."));
        string directory = given.Value(Directory)
            ?? Path.Combine(
                "runs",
                string.Create(CultureInfo.InvariantCulture, $"sweep-{DateTime.Now:yyyyMMdd-HHmmss}-{Environment.ProcessId}")
            );
        if (ObjectAddress.Is(directory))
            errors.Add($"--run-dir is '{directory}'; a sweep lies in a directory of this machine.");
        if (errors.Count > 0)
            throw new BadInputException(errors);

        bool json = given.Value(Output) == "json";
        var plan = new SweepPlan(directory, given.Without(Directory, Seed, Output), arguments => ReadAsync(arguments, cancellation));
        long? first = given.Value(Seed) is { } seed ? long.Parse(seed, CultureInfo.InvariantCulture) : null;
        var runs = await plan.MakeAsync(SweepSetting.All(axes), first, seeds, parallel);
        LossyWriter.Install();
        foreach (string note in runs.Where(r => !r.IsDone).SelectMany(r => r.Request.Notes).Distinct())
            Console.Error.WriteLine($"Note: {note}");
        var news = json ? Console.Error : Console.Out;
        var runner = new SweepRunner(news.WriteLine, request => RunPictures.Draw(request, Console.Error.WriteLine));
        int code = await runner.RunAsync(runs, parallel, cancellation);
        Show(Path.GetFullPath(directory), SweepResult.Of(runs), json);
        if (code != ExitCodes.Done)
        {
            Console.Error.WriteLine(
                $"Not every run is done; the same command with {Directory} {RunHints.Quote(directory)} goes on with the sweep."
            );
        }

        return code;
    }

    /// <summary>What <c>alexnet train</c> would make of a command line.</summary>
    private static Task<TrainRequest> ReadAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var options = new TrainOptions();
        var train = new Command("train");
        options.AddTo(train);
        return options.ReadAsync(train.Parse(arguments), cancellation);
    }

    private static void Show(string directory, IReadOnlyList<SweepResult> results, bool json)
    {
        string? picture = results.Any(r => r.Mean is not null) ? Path.Combine(directory, Picture) : null;
        if (picture is not null)
            SweepPicture.Write(picture, results);
        if (json)
        {
            Console.WriteLine(SweepLines.Json(directory, picture, results));
            return;
        }

        SweepLines.Write(AnsiConsole.Console, results);
        if (picture is not null)
            Console.WriteLine($"Picture: {picture}");
    }
}
