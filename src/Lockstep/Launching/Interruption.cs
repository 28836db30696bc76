using Lockstep.Hosting.Ending;

namespace Lockstep.Launching;

/// <summary>Signals to the command line: the first drains the run, one a second later or more ends it at once.</summary>
internal sealed class Interruption(LocalCluster cluster, CancellationTokenSource interrupted)
{
    public void Take(EndRequest request) => _ = request == EndRequest.AtOnce ? interrupted.CancelAsync() : DrainAsync();

    private async Task DrainAsync()
    {
        if (!await cluster.DrainAsync())
            await interrupted.CancelAsync();
    }
}
