using System.CommandLine;
using System.Globalization;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Launching;
using Lockstep.Objects;
using Lockstep.Storage.Runs;

namespace Lockstep.Options;

/// <summary>Which run it is: a new one or one to go on with, where its files lie, and what is shown and kept of it.</summary>
/// <param name="reader">Reads recipes of the application.</param>
/// <param name="resumes">Those of the command <c>resume RUN</c>.</param>
internal sealed class RunOptions(IRecipeReader<RunRecipe> reader, bool resumes)
{
    private readonly Argument<string> _run = new("run") { Description = "The directory of the run, or s3://BUCKET/PREFIX." };

    private readonly Option<string?> _runDirectory = new("--run-dir")
    {
        Description = "Directory for the run's files, or s3://BUCKET/PREFIX; by default runs/RECIPE-TIME.",
    };
    private readonly Option<string?> _workDirectory = new("--work-dir")
    {
        Description = "Where a run at s3://BUCKET/PREFIX works on this machine; by default runs/s3/BUCKET/PREFIX.",
    };
    private readonly Option<bool> _resume = new("--resume")
    {
        Description =
            "Continue the run in --run-dir from its newest whole checkpoint, with its recipe, data, layout and length unless another "
            + "layout or length is given. The same as the command resume RUN.",
    };
    private readonly Option<string?> _weights = new("--weights")
    {
        Description = "A checkpoint or a file whose weights a new run begins with.",
    };
    private readonly Option<string?> _dumpSteps = new("--dump-steps")
    {
        Description = "Steps (from 0) whose weights and gradients are written to the run directory, such as 0,10.",
    };
    private readonly Option<bool> _noPictures = new("--no-pictures")
    {
        Description = "Do not draw pictures of the run into its directory at the end.",
    };
    private readonly Option<string> _output = OutputArgument.Create();

    /// <summary>Names the run that is to go on.</summary>
    public Argument Run => _run;

    public IEnumerable<Option> All =>
        resumes
            ? [_workDirectory, _dumpSteps, _noPictures, _output]
            : [_runDirectory, _workDirectory, _resume, _weights, _dumpSteps, _noPictures, _output];

    /// <summary>The run to go on with; null for a new one.</summary>
    /// <exception cref="BadInputException">There is none.</exception>
    public BegunRun? Open(ParseResult parsed) => resumes || parsed.GetValue(_resume) ? BegunRun.Open(reader, GivenPlace(parsed)) : null;

    /// <summary>Where a new run keeps its files.</summary>
    /// <exception cref="BadInputException">It holds a run.</exception>
    public RunPlace NewPlace(ParseResult parsed, RunRecipe recipe)
    {
        string standard = Path.Combine(
            "runs",
            string.Create(CultureInfo.InvariantCulture, $"{recipe.Name}-{DateTime.Now:yyyyMMdd-HHmmss}-{Environment.ProcessId}")
        );
        var place = RunPlace.Of(parsed.GetValue(_runDirectory) ?? standard, parsed.GetValue(_workDirectory));
        place.RequireNew();
        return !TrainedRun.IsIn(place.Directory)
            ? place
            : throw new BadInputException(
                $"--run-dir '{place.Directory}' holds a run already; go on with it ({RunHints.Resume(place.Name)}), or give a directory "
                    + "that is new or empty."
            );
    }

    /// <summary>Full path of what to begin from; null for random numbers.</summary>
    public string? Weights(ParseResult parsed) =>
        parsed.Given(_weights) is { } path ? Path.GetFullPath(RunPlace.Read(path, withCheckpoint: true)) : null;

    public bool Pictures(ParseResult parsed) => !parsed.GetValue(_noPictures);

    public OutputKind Output(ParseResult parsed) => parsed.GetValue(_output) == "json" ? OutputKind.Json : OutputKind.Text;

    public void Check(ParseResult parsed, List<string> errors)
    {
        if (parsed.Given(_weights) is { } weights && !ObjectAddress.Is(weights) && !File.Exists(weights) && !Directory.Exists(weights))
            errors.Add($"--weights '{weights}' is not there; give a checkpoint's directory or a file of weights.");
    }

    public List<long> DumpedSteps(ParseResult parsed, List<string> errors)
    {
        var steps = new List<long>();
        foreach (string text in (parsed.GetValue(_dumpSteps) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step))
                steps.Add(step);
            else
                errors.Add($"--dump-steps has '{text}'; it must be a list of steps such as 0,10,20.");
        }

        return steps;
    }

    private RunPlace GivenPlace(ParseResult parsed) =>
        RunPlace.Of(
            resumes
                ? parsed.GetRequiredValue(_run)
                : parsed.GetValue(_runDirectory)
                    ?? throw new BadInputException(
                        $"--resume is given without a run; name its directory: {RunHints.Program} resume RUN, or --run-dir RUN --resume."
                    ),
            parsed.GetValue(_workDirectory)
        );
}
