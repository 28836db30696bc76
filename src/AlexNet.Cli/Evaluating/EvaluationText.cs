using AlexNet.Net.Predictions;
using Lockstep.Core.Texts;
using Lockstep.Hosting;
using Lockstep.Terminals;
using Lockstep.Views;
using Spectre.Console;

namespace AlexNet.Cli.Evaluating;

/// <summary>
/// An evaluation for people: a line, a table of the classes, calibration, the most confident mistakes, and the confusion matrix where it
/// fits.
/// </summary>
internal static class EvaluationText
{
    private const int ManyClasses = 40,
        LowestRecalls = 20,
        FewMistakes = 5,
        FewGuesses = 5; // every class is among so many
    private const int ShortestName = 8,
        LongestName = 30,
        WidestMatrix = 200,
        NumbersWidth = 56; // of a row of the table without its two names

    /// <param name="console">Where it goes; its width decides what fits.</param>
    /// <param name="report">What was found.</param>
    /// <param name="all">Every class, however many there are.</param>
    public static void Write(IAnsiConsole console, EvaluationReport report, bool all = false)
    {
        using var output = new VisibleWriter(console.Profile.Out.Writer); // long lines are the terminal's to wrap
        console.WriteLine(VisibleText.Of(Headline(report)));
        if (report.Tally.Undecided is > 0 and var undecided)
        {
            output.WriteLine(
                $"For {Count.Of(undecided, "sample")} the result is not a number (NaN); {(undecided == 1 ? "it counts" : "they count")} as "
                    + $"wrong, and {(undecided == 1 ? "has" : "have")} no loss. The weights may not be finite."
            );
        }

        bool isCut = !all && report.Classes.Count > ManyClasses;
        int name = Math.Clamp((console.Profile.Width - NumbersWidth) / 2, ShortestName, LongestName);
        console.Write(
            Table(report, isCut ? [.. report.Classes.OrderBy(c => c.Recall ?? double.MaxValue).Take(LowestRecalls)] : report.Classes, name)
        );
        if (isCut)
        {
            console.WriteLine(
                $"The {LowestRecalls} of {report.Classes.Count} classes with the lowest recall; --out or --output json has all."
            );
        }

        foreach (string line in Findings(report))
            output.WriteLine(WordWrap.Of(line, console.Profile.Width));
        if (report.Worst.Count > 0)
            console.Write(Mistakes(report, all ? report.Worst : [.. report.Worst.Take(FewMistakes)], name));
        foreach (string line in Matrix(report, console.Profile.Width, name))
            output.WriteLine(WordWrap.Of(line, console.Profile.Width));
    }

    public static string Headline(EvaluationReport report) =>
        RunProgress.Invariant($"{report.Checkpoint}: test accuracy {report.Tally.Top1:P2}")
        + (report.Classes.Count > FewGuesses ? RunProgress.Invariant($" (top 5: {report.Tally.Top5:P2})") : "")
        + RunProgress.Invariant($", loss {report.Tally.Loss:0.0000}, ")
        + Count.Of(report.Tally.Samples, "sample")
        + (report.Crops > 1 ? $", mean of {report.Crops} views" : "");

    private static FittedTable Table(EvaluationReport report, IReadOnlyList<ClassResult> classes, int longestName)
    {
        var table = new FittedTable(
            "class",
            FittedColumn.Number("label"),
            FittedColumn.Number("samples"),
            FittedColumn.Number("recall"),
            FittedColumn.Number("precision"),
            FittedColumn.Number("F1"),
            "most confused with"
        );
        foreach (var c in classes)
        {
            table.AddRow(
                Shortened(c.Name, longestName),
                $"{c.Index}",
                $"{c.Samples}",
                Percent(c.Recall),
                Percent(c.Precision),
                Percent(c.F1),
                c.Confusion is { } other ? $"{Shortened(other.Name, longestName)} ({other.Samples})" : "-"
            );
        }

        var mean = report.Averages;
        return table.AddRow("(mean)", "-", "-", Percent(mean.Recall), Percent(mean.Precision), Percent(mean.F1), "-");
    }

    /// <summary>What the scores say beyond right and wrong.</summary>
    private static IEnumerable<string> Findings(EvaluationReport report)
    {
        var calibration = report.Calibration;
        if (report.Tally.Samples > report.Tally.Undecided)
        {
            yield return RunProgress.Invariant($"Mean confidence {calibration.Confidence:P2}, right {calibration.Accuracy:P2}; ")
                + RunProgress.Invariant($"calibration error {calibration.Error:P2} ({calibration.Bins.Count} bins).");
        }

        if (report.Roc is { } roc)
        {
            yield return RunProgress.Invariant($"Area under the ROC curve {roc.Area:0.0000}; the positive class is ")
                + $"'{VisibleText.Line(report.Classes[1].Name)}'.";
        }

        if (report.Mistakes > 0)
            yield return $"The most confident of {Count.Of(report.Mistakes, "mistake")}:";
    }

    private static FittedTable Mistakes(EvaluationReport report, IReadOnlyList<NamedMistake> worst, int longestName)
    {
        var table = new FittedTable("picture", "true class", "taken for", FittedColumn.Number("confidence"));
        foreach (var (mistake, picture) in worst)
        {
            table.AddRow(
                picture,
                Shortened(report.Classes[mistake.Actual].Name, longestName),
                Shortened(report.Classes[mistake.Answer.Label].Name, longestName),
                Percent(mistake.Answer.Confidence)
            );
        }

        return table;
    }

    /// <summary>Rows are true classes, columns what they were taken for; a word in their place where they do not fit.</summary>
    private static IEnumerable<string> Matrix(EvaluationReport report, int width, int longestName)
    {
        var matrix = report.Tally.Confusion;
        int cell = 1 + report.Classes.Max(c => Math.Max($"{c.Index}".Length, $"{c.Samples}".Length));
        string[] names = [.. report.Classes.Select(c => $"{c.Index} {Shortened(c.Name, longestName)}")];
        const string corner = "true \\ taken for";
        int margin = names.Append(corner).Max(n => n.Length);
        int needed = margin + cell * matrix.Classes;
        if (needed > Math.Min(width, WidestMatrix))
        {
            yield return $"The confusion matrix needs {needed} columns and is left out; confusion.png and evaluation.json of '--out DIR' "
                + "have it.";
            yield break;
        }

        yield return corner.PadRight(margin) + string.Concat(report.Classes.Select(c => $"{c.Index}".PadLeft(cell)));
        foreach (var c in report.Classes)
        {
            yield return names[c.Index].PadRight(margin)
                + string.Concat(matrix.RowOf(c.Index).ToArray().Select(n => (n == 0 ? "·" : $"{n}").PadLeft(cell)));
        }
    }

    private static string Percent(double? share) => share is { } s ? RunProgress.Invariant($"{s:P1}") : "-";

    private static string Shortened(string name, int longest) =>
        VisibleText.Line(name) is var text && text.Length <= longest ? text : text[..(longest - 1)] + "…";
}
