using System.Text;
using Lockstep.Storage.Files;
using Spectre.Console;

namespace AlexNet.Cli.Evaluating;

/// <summary>An evaluation as files: <c>evaluation.txt</c>, <c>evaluation.json</c> and <c>confusion.png</c>.</summary>
internal static class EvaluationFiles
{
    private const int Width = 160; // columns of the text

    /// <param name="directory">Made if it is not there; what an earlier evaluation left is replaced.</param>
    /// <param name="report">What was found.</param>
    /// <returns>The files.</returns>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static IReadOnlyList<string> Write(string directory, EvaluationReport report)
    {
        var (text, json, picture) = (
            Path.Combine(directory, "evaluation.txt"),
            Path.Combine(directory, "evaluation.json"),
            Path.Combine(directory, "confusion.png")
        );
        WriteText(text, Text(report));
        WriteText(json, EvaluationJson.Of(report) + "\n");
        ConfusionPicture.Write(picture, report);
        return [text, json, picture];
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

    private static void WriteText(string path, string text) => OutputFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));
}
