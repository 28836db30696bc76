using AlexNet.Data.Samples;
using Lockstep.Storage.Files;
using Spectre.Console;

namespace AlexNet.Cli.Evaluating;

/// <summary>
/// An evaluation as files: text, JSON, and pictures of the confusion matrix, of calibration, of the ROC curve (two classes) and of the most
/// confident mistakes (where there is one).
/// </summary>
internal static class EvaluationFiles
{
    private const string TextFile = "evaluation.txt",
        JsonFile = "evaluation.json",
        ConfusionFile = "confusion.png",
        CalibrationFile = "calibration.png",
        RocFile = "roc.png",
        MistakesFile = "mistakes.png";
    private const int Width = 160; // columns of the text

    /// <param name="directory">Made if it is not there; what an earlier evaluation left is replaced.</param>
    /// <param name="report">What was found.</param>
    /// <param name="pictures">The set that was evaluated.</param>
    /// <returns>The files.</returns>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static IReadOnlyList<string> Write(string directory, EvaluationReport report, IImageSet pictures)
    {
        var files = new List<string>();
        Add(TextFile, path => OutputFile.WriteText(path, Text(report)));
        Add(JsonFile, path => OutputFile.WriteText(path, EvaluationJson.Of(report) + "\n"));
        Add(ConfusionFile, path => ConfusionPicture.Write(path, report));
        Add(CalibrationFile, path => CalibrationPicture.Write(path, report.Calibration));
        if (report.Roc is { } roc)
            Add(RocFile, path => RocPicture.Write(path, roc, report.Classes[1].Name, report.Classes[0].Name));
        else
            Remove(RocFile);
        if (report.Worst.Count > 0)
            Add(MistakesFile, path => new MistakeSheet(report, pictures).Write(path));
        else
            Remove(MistakesFile);
        return files;

        void Add(string name, Action<string> write)
        {
            string path = Path.Combine(directory, name);
            write(path);
            files.Add(path);
        }

        // what an earlier evaluation left would be taken for this one's
        void Remove(string name) => File.Delete(Path.Combine(directory, name));
    }

    private static string Text(EvaluationReport report)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Out = new AnsiConsoleOutput(text),
            }
        );
        console.Profile.Width = Width;
        EvaluationText.Write(console, report, all: true);
        return text.ToString();
    }
}
