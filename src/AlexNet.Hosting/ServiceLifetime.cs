using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace AlexNet.Hosting;

/// <summary>
/// How signals end a service: the first asks it to end in good order where it can (<see cref="IOrderlyEnd"/>), the next stops it at once.
/// Under the command line the terminal's Ctrl-C is left to the command line, which gets it too and coordinates the end.
/// </summary>
public sealed class ServiceLifetime(bool supervised, IOrderlyEnd orderly, IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _asked;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, End));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, supervised ? signal => signal.Cancel = true : End));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(s => s.Dispose());

    private void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (Interlocked.Exchange(ref _asked, 1) == 1 || !orderly.TryBegin())
            lifetime.StopApplication();
    }
}
