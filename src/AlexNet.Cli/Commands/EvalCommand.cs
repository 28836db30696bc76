using System.CommandLine;
using AlexNet.Cli.Arguments;
using AlexNet.Cli.Evaluating;
using AlexNet.Data.Opening;
using AlexNet.Data.Samples;
using AlexNet.Net.Trained;
using Lockstep.Core.Errors;
using Lockstep.Options;
using Lockstep.Terminals;
using Lockstep.Transport.Collectives;
using Spectre.Console;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet eval CHECKPOINT</c>: loads the weights of any layout as one whole net and evaluates the test set.</summary>
internal static class EvalCommand
{
    public static Command Create()
    {
        var checkpoint = NetArguments.Checkpoint();
        var dataOption = new Option<string?>("--data")
        {
            Description = "Directory of the data set, or 'generated' for pictures drawn from the seed; the data of the run by default.",
        };
        var crops = NetArguments.Crops();
        var directory = new Option<string?>("--out") { Description = "A directory for the evaluation as text, JSON and pictures." };
        var (device, batch, output) = (NetArguments.Device(), NetArguments.Batch(), OutputArgument.Create());
        var command = new Command(
            "eval",
            "Evaluates a trained net on its test set: accuracy, loss, each class, calibration, worst mistakes, and the confusion matrix."
        )
        {
            checkpoint,
            dataOption,
            crops,
            directory,
            device,
            batch,
            output,
        };
        command.SetAction(
            (parsed, cancellation) =>
            {
                var stored = StoredNet.Find(parsed.GetRequiredValue(checkpoint), parsed.GetValue(dataOption));
                int pictures = NetArguments.Batch(parsed.GetValue(batch), stored.Recipe);
                var data = OpenData(stored);
                var report = Evaluate(stored, data, parsed.GetValue(crops), parsed.GetRequiredValue(device), pictures, cancellation);
                Show(report, data.Test, parsed.GetValue(output) == "json", parsed.GetValue(directory));
                return Task.FromResult(ExitCodes.Done);
            }
        );
        return command;
    }

    private static DataSet OpenData(StoredNet stored)
    {
        var data = DataSetOpener.Open(stored.Recipe);
        stored.RefuseOtherClasses(data.ClassNames);
        return data;
    }

    private static EvaluationReport Evaluate(
        StoredNet stored,
        DataSet data,
        int crops,
        string device,
        int batch,
        CancellationToken cancellation
    )
    {
        using var net = TrainedNet.Load(stored.Recipe, stored.Checkpoint, new LocalCollectives(), device);
        var evaluation = new Evaluation(net, data.Test, batch, NetArguments.Views(crops));
        return EvaluationReport.Of(stored.Checkpoint, crops, evaluation.Run(cancellation), data.ClassNames, data.Test.NameOf);
    }

    private static void Show(EvaluationReport report, IImageSet pictures, bool json, string? directory)
    {
        if (json)
            Console.WriteLine(EvaluationJson.Of(report));
        else
            EvaluationText.Write(AnsiConsole.Console, report);
        if (directory is null)
            return;
        var files = EvaluationFiles.Write(directory, report, pictures);
        if (!json)
            Console.WriteLine(WordWrap.Of($"Written: {string.Join(", ", files)}", AnsiConsole.Profile.Width));
    }
}
