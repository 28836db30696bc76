using System.Text;
using Lockstep.Core.Texts;

namespace Lockstep.Hosting;

/// <summary>
/// A program's standard output and error: whatever is written there as text shows, and none of it commands the terminal
/// (<see cref="VisibleText"/>).
/// Who draws takes the streams as they were.
/// </summary>
public sealed class VisibleWriter : TextWriter
{
    private readonly TextWriter _inner;

    /// <param name="inner">Where the visible text goes.</param>
    public VisibleWriter(TextWriter inner) => (_inner, CoreNewLine) = (inner, inner.NewLine.ToCharArray());

    /// <summary>Standard output as it was, for who draws on a terminal.</summary>
    public static TextWriter RawOut { get; private set; } = Console.Out;

    /// <summary>Standard error as it was, for who draws on a terminal.</summary>
    public static TextWriter RawError { get; private set; } = Console.Error;

    /// <inheritdoc/>
    public override Encoding Encoding => _inner.Encoding;

    /// <summary>Puts one before each of the two; the first thing that a program does.</summary>
    public static void Install()
    {
        (RawOut, RawError) = (Console.Out, Console.Error);
        Console.SetOut(new VisibleWriter(RawOut));
        Console.SetError(new VisibleWriter(RawError));
    }

    /// <inheritdoc/>
    public override void Write(char value) => _inner.Write(VisibleText.Of(value.ToString()));

    /// <inheritdoc/>
    public override void Write(string? value) => _inner.Write(VisibleText.Of(value ?? ""));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => _inner.Write(VisibleText.Of(new string(buffer, index, count)));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => _inner.Write(VisibleText.Of(buffer.ToString()));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => _inner.WriteLine(VisibleText.Of(value ?? ""));

    /// <inheritdoc/>
    public override void Flush() => _inner.Flush();
}
