using System.Globalization;
using System.Text;
using Lockstep.Hosting;
using Spectre.Console;

namespace Lockstep.Terminals;

/// <summary>
/// The terminal, pipe or file that standard output leads to. Tables fit its width: COLUMNS where that is set, else the terminal's; a pipe
/// has no width, and lines there stay whole.
/// </summary>
internal sealed class Terminal(TextWriter output) : IAnsiConsoleOutput
{
    private const int Unbounded = 4096,
        Usual = 80,
        LeastColumns = 20;

    /// <inheritdoc/>
    public TextWriter Writer => output;

    /// <inheritdoc/>
    public bool IsTerminal => !Console.IsOutputRedirected;

    /// <inheritdoc/>
    public int Width => WidthOf(Environment.GetEnvironmentVariable("COLUMNS"), IsTerminal ? Size(() => Console.WindowWidth, Usual) : null);

    /// <inheritdoc/>
    public int Height => Size(() => Console.WindowHeight, 24);

    /// <summary>
    /// What is drawn from now on goes to the streams as they are, and what is written as text shows (<see cref="VisibleWriter"/>).
    /// </summary>
    /// <param name="isProse">What is written are sentences for people, and not lines for programs.</param>
    public static void Install(bool isProse)
    {
        VisibleWriter.Install();
        DrawOn(VisibleWriter.RawOut);
        if (isProse && !Console.IsOutputRedirected)
            Console.SetOut(new WordWrapWriter(Console.Out, () => AnsiConsole.Profile.Width));
        if (isProse && !Console.IsErrorRedirected)
            Console.SetError(new WordWrapWriter(Console.Error, () => AnsiConsole.Profile.Width));
    }

    /// <summary>Standard output, or what leads to it.</summary>
    public static void DrawOn(TextWriter writer)
    {
        var output = new Terminal(writer);
        AnsiConsole.Console = Visible(
            AnsiConsole.Create(
                new AnsiConsoleSettings
                {
                    Out = output,
                    Ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
                    ColorSystem = output.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                }
            )
        );
    }

    /// <summary>The same console, on which text from elsewhere commands nothing.</summary>
    public static IAnsiConsole Visible(IAnsiConsole console)
    {
        console.Pipeline.Attach(new VisibleSegments());
        return console;
    }

    /// <param name="columns">The variable COLUMNS; null where it is not set.</param>
    /// <param name="terminal">Columns of the terminal; null where there is none.</param>
    public static int WidthOf(string? columns, int? terminal) =>
        int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out int told) && told > 0
            ? Math.Max(told, LeastColumns)
            : Math.Max(terminal ?? Unbounded, LeastColumns);

    /// <inheritdoc/>
    public void SetEncoding(Encoding encoding)
    {
        // it stays the one that the terminal was given
    }

    private static int Size(Func<int> read, int otherwise)
    {
        try
        {
            return read() is > 0 and var size ? size : otherwise;
        }
        catch (IOException)
        {
            return otherwise; // no terminal after all
        }
    }
}
