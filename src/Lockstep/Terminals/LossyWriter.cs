using System.Text;
using Lockstep.Hosting;

namespace Lockstep.Terminals;

/// <summary>
/// Text to somebody who may stop to read, or to a disk that may be full: then lines are lost, and the run that they are of is not.
/// </summary>
internal sealed class LossyWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    /// <summary>From here on standard output and standard error lose what cannot be written.</summary>
    public static void Install()
    {
        Console.SetOut(new LossyWriter(Console.Out));
        Console.SetError(new LossyWriter(Console.Error));
        Terminal.DrawOn(new LossyWriter(VisibleWriter.RawOut));
    }

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // lost
        }
    }
}
