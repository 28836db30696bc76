using System.Globalization;
using Lockstep.Hosting;

namespace Lockstep.Views;

/// <summary>
/// One line on standard error that says how far something is: overwritten on a terminal, a new line every ten seconds elsewhere.
/// </summary>
/// <param name="what">What is counted.</param>
internal sealed class ProgressLine(string what) : IDisposable
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200),
        Elsewhere = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private long _last = TimeProvider.System.GetTimestamp();
    private bool _written;

    /// <summary>So many are done of so many; may be called from several threads, and often.</summary>
    public void Tell(int done, int all)
    {
        lock (_gate)
        {
            if (TimeProvider.System.GetElapsedTime(_last) < (_isTerminal ? OnTerminal : Elsewhere))
                return;
            (_last, _written) = (TimeProvider.System.GetTimestamp(), true);
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{done:N0} of {all:N0} {what} ({100.0 * done / Math.Max(all, 1):0}%)"
            );
            VisibleWriter.RawError.Write(_isTerminal ? $"\r{line}\u001b[K" : line + Environment.NewLine);
        }
    }

    public void Dispose()
    {
        if (_isTerminal && _written)
            VisibleWriter.RawError.Write("\r\u001b[K");
    }
}
