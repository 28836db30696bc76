using Lockstep.Terminals;
using Spectre.Console;

namespace Lockstep.Tests.Terminals;

public class TerminalTests
{
    [Theory]
    [InlineData(null, 132, 132)]
    [InlineData("80", 132, 80)]
    [InlineData("80", null, 80)] // a pipe
    [InlineData("0", 132, 132)]
    [InlineData("wide", 132, 132)]
    [InlineData("-5", 132, 132)]
    [InlineData("3", 132, 20)]
    [InlineData(null, null, 4096)] // a pipe wraps nothing
    public void WidthOf_ByColumnsThenByTheTerminal(string? columns, int? terminal, int expected) =>
        Assert.Equal(expected, Terminal.WidthOf(columns, terminal));

    [Fact]
    public void Visible_TextMarkupAndTables_CommandNothingWhileStylesStay()
    {
        const string evil = "\u001b]0;PWNED\a[red]";
        using var text = new StringWriter();
        var console = Terminal.Visible(
            AnsiConsole.Create(
                new AnsiConsoleSettings
                {
                    Ansi = AnsiSupport.Yes,
                    ColorSystem = ColorSystemSupport.Standard,
                    Out = new AnsiConsoleOutput(text),
                }
            )
        );
        console.Profile.Width = 200;
        console.WriteLine(evil);
        console.MarkupLine($"[green]{Markup.Escape(evil)}[/]");
        console.Write(new Table().AddColumn("name").AddRow(Markup.Escape(evil)));
        Assert.DoesNotContain("\u001b]", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\a', text.ToString());
        Assert.Equal(3, text.ToString().Split("PWNED").Length - 1);
        Assert.Contains(@"\x1b]0;PWNED\x07[red]", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("\u001b[32m", text.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80, "epoch 3/5  step 346/785  loss 0.3112")]
    [InlineData(24, "epoch 3/5  step 346/785\nloss 0.3112")]
    [InlineData(5, "epoch 3/5\nstep 346/785\nloss 0.3112")]
    public void FittedLine_Of_BreaksBetweenPartsOnly(int columns, string expected) =>
        Assert.Equal(expected, FittedLine.Of(["epoch 3/5", "step 346/785", "loss 0.3112"], columns));
}
