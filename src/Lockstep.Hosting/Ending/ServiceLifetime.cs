using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace Lockstep.Hosting.Ending;

/// <summary>
/// How signals end a service: the first asks it to end in good order where it can (<see cref="IOrderlyEnd"/>), one a second later or more
/// stops it at once.
/// One that comes while the service starts is heeded as soon as it has started. Under the command line, what goes to a whole terminal or
/// job (Ctrl-C, SIGHUP, SIGUSR1) is left to the command line, which gets it too and coordinates the end.
/// </summary>
public sealed class ServiceLifetime(bool supervised, EndSignals signals, IOrderlyEnd orderly, IHostApplicationLifetime lifetime)
    : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => signals.HandTo(End, signal => !supervised || signal == PosixSignal.SIGTERM));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void End(EndRequest request)
    {
        if (request == EndRequest.AtOnce || !orderly.TryEndInOrder())
            lifetime.StopApplication();
    }
}
