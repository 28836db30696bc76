using Lockstep.Terminals;
using Spectre.Console;

namespace Lockstep.Tests.Terminals;

public class FittedTableTests
{
    private static FittedTable Recipes() =>
        new FittedTable(
            "recipe",
            FittedColumn.Number("parameters"),
            new FittedColumn("epochs", IsNumber: true, NeedsRoom: true),
            new FittedColumn("published", IsProse: true)
        )
            .AddRow("imagenet-2012", "60,965,224", "90", "40.7% top-1 and 18.2% top-5 error on validation, ten views")
            .AddRow("quickstart", "483,530", "5", "-");

    [Fact]
    public void Write_WithRoom_IsOneLineEach() =>
        Assert.Equal(
            [
                "recipe         parameters  epochs  published",
                "imagenet-2012  60,965,224      90  40.7% top-1 and 18.2% top-5 error on validation, ten views",
                "quickstart        483,530       5  -",
            ],
            Lines(Recipes(), 120)
        );

    [Fact]
    public void Write_LessRoom_WrapsProseByWords() =>
        Assert.Equal(
            [
                "recipe         parameters  epochs  published",
                "imagenet-2012  60,965,224      90  40.7% top-1 and 18.2%",
                "                                   top-5 error on",
                "                                   validation, ten views",
                "quickstart        483,530       5  -",
            ],
            Lines(Recipes(), 57)
        );

    [Fact]
    public void Write_StillLess_DropsWhatNeedsRoom() => Assert.Equal("recipe         parameters  published", Lines(Recipes(), 49)[0]);

    [Fact]
    public void Write_FewColumns_StacksEachRowWithAllThatIsKnown() =>
        Assert.Equal(
            [
                "imagenet-2012",
                "  parameters  60,965,224",
                "  epochs      90",
                "  published   40.7% top-1 and 18.2%",
                "              top-5 error on validation,",
                "              ten views",
                "quickstart",
                "  parameters  483,530",
                "  epochs      5",
            ],
            Lines(Recipes(), 40)
        );

    [Fact]
    public void Write_AnyWidth_FitsAndBreaksNoWord()
    {
        string[] words = [.. Lines(Recipes(), 200).SelectMany(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        for (int width = 30; width <= 130; width++)
        {
            foreach (string line in Lines(Recipes(), width))
            {
                Assert.InRange(line.Length, 0, width);
                Assert.All(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), word => Assert.Contains(word, words));
            }
        }
    }

    [Fact]
    public void Write_NamesFromOutside_AreTextAndInTheirColumn() =>
        Assert.Equal(
            [
                "class                           n",
                "[red]rose[/]                    1",
                @"\x1b]0;PWNED\x07\x1b[2J\u202e  22",
                @"two\x0alines                    3",
            ],
            Lines(
                new FittedTable("class", FittedColumn.Number("n"))
                    .AddRow("[red]rose[/]", "1")
                    .AddRow("\u001b]0;PWNED\a\u001b[2J\u202e", "22")
                    .AddRow("two\nlines", "3"),
                80
            )
        );

    private static string[] Lines(FittedTable table, int width)
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
        console.Write(table);
        return text.ToString().TrimEnd('\n').Split('\n');
    }
}
