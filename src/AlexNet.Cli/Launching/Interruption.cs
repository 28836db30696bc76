using System.Runtime.InteropServices;

namespace AlexNet.Cli.Launching;

/// <summary>Signals to the command line: the first drains the run, the second ends it at once.</summary>
internal sealed class Interruption(LocalCluster cluster, CancellationTokenSource interrupted)
{
    private int _signals;

    public void Take(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1)
            interrupted.Cancel();
        else
            _ = DrainAsync();
    }

    private async Task DrainAsync()
    {
        if (!await cluster.DrainAsync())
            await interrupted.CancelAsync();
    }
}
