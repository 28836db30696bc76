using System.CommandLine;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Pictures;
using Lockstep.Storage.Comparing;
using Lockstep.Views;
using Spectre.Console;

namespace Lockstep.Commands;

/// <summary><c>alexnet compare RUN RUN</c>: whether two runs are the same bit for bit, and where they part if they are not.</summary>
internal static class CompareCommand
{
    private static readonly Argument<string> One = new("first") { Description = "A run directory; the run may still be training." };
    private static readonly Argument<string> Other = new("second") { Description = "The run directory to compare it with." };
    private static readonly Option<double?> Tolerance = new("--tolerance")
    {
        Description = "The relative difference of losses that is allowed, such as 1e-4; none by default.",
    };
    private static readonly Option<string?> Plot = new("--plot")
    {
        Description = "Draws both losses and their difference into this .png or .svg file.",
    };
    private static readonly Option<string> Output = OutputArgument.Create();
    private static readonly Option<bool> Json = new("--json") { Description = "The same as --output json." };

    public static Command Create()
    {
        const string what = "Compares losses, evaluations, checkpoints and recipes of two runs. The exit code is 5 if they differ.";
        var command = new Command("compare", what) { One, Other, Tolerance, Plot, Output, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string[] directories =
        [
            .. new[] { parsed.GetRequiredValue(One), parsed.GetRequiredValue(Other) }.Select(run =>
                RunPlace.Read(run, withCheckpoint: true)
            ),
        ];
        var (tolerance, picture) = (parsed.GetValue(Tolerance), parsed.GetValue(Plot));
        if (tolerance is { } given && !(given >= 0 && double.IsFinite(given)))
            throw new BadInputException(RunProgress.Invariant($"{Tolerance.Name} is {given}; it must be 0 or more, such as 1e-4."));
        if (picture is not null)
            PictureFile.RefuseOther(picture, Plot.Name);

        var plotted = PlottedRun.Read(directories);
        ComparedRun[] runs = [.. directories.Zip(plotted, (directory, run) => ComparedRun.Read(directory, run.History))];
        foreach (string problem in runs.SelectMany(r => r.Problems))
            Console.Error.WriteLine(problem);
        var comparison = RunComparison.Of(runs[0], runs[1], (one, other, kind) =>
            WholeTensors.Compare(one.Directory, other.Directory, kind)
        );
        var judgement = Judgement.Of(comparison, tolerance);
        if (parsed.GetValue(Json) || parsed.GetValue(Output) == "json")
            Console.WriteLine(CompareJson.Of(directories.Select(Path.GetFullPath), comparison, judgement, tolerance));
        else
            AnsiConsole.Write(CompareLines.Of((plotted[0].Name, plotted[1].Name), comparison, judgement, tolerance));
        if (picture is not null)
        {
            DifferencePicture.Write(picture, plotted[0], plotted[1], comparison.Loss);
            Console.Error.WriteLine(Path.GetFullPath(picture));
        }
        return judgement.Verdict == Verdict.Different ? ExitCodes.Different : ExitCodes.Done;
    }
}
