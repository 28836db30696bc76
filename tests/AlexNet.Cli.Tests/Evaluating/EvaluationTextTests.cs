using AlexNet.Cli.Evaluating;
using Spectre.Console;

namespace AlexNet.Cli.Tests.Evaluating;

public class EvaluationTextTests
{
    [Fact]
    public void Write_FewClasses_ShowsTableAndMatrix()
    {
        string[] lines = Lines(100, Reports.Of(["cat", "dog"], (0, 0), (0, 0), (0, 1), (1, 1)));
        Assert.Equal("RUN/checkpoints/step-00000007: test accuracy 75.00%, loss 0.6547, 4 samples", lines[0]);
        Assert.Contains(lines, l => Words(l) is ["cat", "0", "3", "66.7%", "100.0%", "80.0%", "dog", "(1)"]);
        Assert.Contains(lines, l => Words(l) is ["dog", "1", "1", "100.0%", "50.0%", "66.7%", "-"]);
        Assert.Contains(lines, l => Words(l) is ["(mean)", "-", "-", "83.3%", "75.0%", "73.3%", "-"]);
        Assert.Contains("Mean confidence 90.00%, right 75.00%; calibration error 15.00% (15 bins).", lines);
        Assert.Contains("Area under the ROC curve 0.8333; the positive class is 'dog'.", lines);
        Assert.Contains("The most confident of 1 mistake:", lines);
        Assert.Contains(lines, l => Words(l) is ["picture-2.jpg", "cat", "dog", "90.0%"]);
        Assert.Contains(lines, l => Words(l) is ["true", "\\", "taken", "for", "0", "1"]);
        Assert.Contains(lines, l => Words(l) is ["0", "cat", "2", "1"]);
        Assert.Contains(lines, l => Words(l) is ["1", "dog", "·", "1"]);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(120)]
    public void Write_AnyNumberOfClasses_FitsTheTerminal(int width)
    {
        foreach (int classes in new[] { 1, 2, 10, 20, 40, 41, 1000 })
        {
            Assert.All(Lines(width, Reports.Many(classes)).Skip(1), line =>
                Assert.True(line.Length <= width, $"{classes} classes: '{line}'")
            );
        }
    }

    [Fact]
    public void Write_AMatrixThatDoesNotFit_SaysWhereItIs()
    {
        string text = string.Join(' ', Lines(40, Reports.Many(20)));
        Assert.Contains("and is left out; confusion.png and evaluation.json of '--out DIR' have it.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ManyClasses_ShowsTheWorstUnlessAllAreAskedFor()
    {
        var report = Reports.Of(
            [.. Enumerable.Range(0, 50).Select(c => $"c{c}")],
            Enumerable.Range(0, 50).Select(c => (c, (int?)(c == 33 ? 7 : c)))
        );
        string[] lines = Lines(80, report);
        Assert.Equal(
            ["c33", "33", "1", "0.0%", "-", "0.0%", "c7", "(1)"],
            Words(lines.First(l => l.Contains('%') && l.Contains("c33", StringComparison.Ordinal)))
        );
        Assert.Contains("The 20 of 50 classes with the lowest recall; --out or --output json has all.", lines);
        Assert.Equal(50, Lines(80, report, all: true).Count(l => Words(l) is [['c', not 'l', ..], _, "1", ..]));
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, true)] // fewer classes are always among the five best
    public void Write_TopFive_IsSaidOfMoreThanFiveClasses(int classes, bool isSaid) =>
        Assert.Equal(isSaid, Lines(100, Reports.Many(classes))[0].Contains("(top 5: ", StringComparison.Ordinal));

    [Fact]
    public void Write_ThreeClasses_HaveNoRocCurve() => Assert.DoesNotContain("ROC", string.Join(' ', Lines(100, Reports.Many(3))));

    [Fact]
    public void Write_NotANumber_IsSaid()
    {
        string[] lines = Lines(100, Reports.Of(["cat", "dog"], (0, null), (1, null)));
        Assert.Contains("test accuracy 0.00%, loss NaN, 2 samples", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l =>
            l.Contains("calibration", StringComparison.Ordinal) || l.Contains("ROC", StringComparison.Ordinal)
        );
        Assert.StartsWith("For 2 samples the result is not a number", lines[1], StringComparison.Ordinal);
    }

    private static string[] Lines(int width, EvaluationReport report, bool all = false)
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
        console.Profile.Width = width;
        EvaluationText.Write(console, report, all);
        return [.. text.ToString().Split('\n').Select(l => l.TrimEnd())];
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
