using System.Text;

namespace Lockstep.Terminals;

/// <summary>Standard output or error that leads to a terminal: each line that is written as a whole ends between words there.</summary>
/// <param name="inner">The writer that receives the wrapped text.</param>
/// <param name="columns">The columns of the terminal, at this moment.</param>
internal sealed class WordWrapWriter(TextWriter inner, Func<int> columns) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => inner.Write(value);

    /// <inheritdoc/>
    public override void Write(string? value) => inner.Write(value);

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => inner.Write(buffer, index, count);

    /// <inheritdoc/>
    public override void WriteLine(string? value) => inner.WriteLine(WordWrap.Of(value ?? "", columns()));

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
