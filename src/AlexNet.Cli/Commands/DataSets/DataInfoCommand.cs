using System.CommandLine;
using AlexNet.Cli.Views;
using AlexNet.Data.Opening;
using AlexNet.Data.Samples;
using AlexNet.Data.Surveys;
using AlexNet.Recipes.Augmentation;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;
using Lockstep.Views;
using Spectre.Console;

namespace AlexNet.Cli.Commands.DataSets;

/// <summary>
/// <c>alexnet data info RECIPE</c>: reads every picture once, and says what the data set holds and which files are broken.
/// </summary>
internal static class DataInfoCommand
{
    public static Command Create()
    {
        var data = new DataArguments();
        var broken = new Option<string?>("--broken")
        {
            Description = "Writes the names of broken files to this file; a recipe's data.skip leaves those out.",
        };
        var mean = new Option<string?>("--mean-image")
        {
            Description = "Writes the mean of the training pictures to this safetensors file, for a recipe's data.meanImage.",
        };
        var command = new Command("info", "Prints counts, classes, sizes, means, colours and broken files of a data set.") { broken, mean };
        data.AddTo(command);
        command.SetAction(
            (parsed, cancellation) => Task.FromResult(Run(data, parsed, parsed.GetValue(broken), parsed.GetValue(mean), cancellation))
        );
        return command;
    }

    private static int Run(DataArguments arguments, ParseResult parsed, string? broken, string? mean, CancellationToken cancellation)
    {
        var recipe = arguments.Recipe(parsed);
        if (mean is not null)
            recipe = recipe with { Data = recipe.Data with { MeanImage = null } }; // it is about to be made
        var set = DataSetOpener.Open(recipe);
        SetSurvey survey;
        using (var progress = new ProgressLine("pictures"))
            survey = SetSurvey.Of(set, progress.Tell, cancellation);
        if (arguments.IsJson(parsed))
            Console.WriteLine(SurveyLines.Json(set, survey));
        else
            Show(set, survey);
        if (mean is not null)
            MeanImage.Write(mean, survey.Colours.MeanImage, set.Train.Shape);
        var names = survey.Train.Broken.Concat(survey.Test.Broken).Select(b => b.Name).ToList();
        if (broken is not null)
            OutputFile.WriteText(broken, string.Concat(names.Select(name => name + "\n")));
        return names.Count == 0 || broken is not null ? ExitCodes.Done : ExitCodes.BadInput;
    }

    private static void Show(DataSet set, SetSurvey survey)
    {
        foreach (string line in SurveyLines.Head(set, survey))
            Console.WriteLine(line);
        AnsiConsole.Write(SurveyLines.Classes(set, survey));
        foreach (string line in SurveyLines.Broken(survey))
            Console.WriteLine(line);
    }
}
