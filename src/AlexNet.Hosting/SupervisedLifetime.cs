using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace AlexNet.Hosting;

/// <summary>
/// The lifetime of a process under the command line: SIGTERM stops it, the terminal's Ctrl-C does not, since the command line, which gets it
/// too, coordinates the stop.
/// </summary>
public sealed class SupervisedLifetime(IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            lifetime.StopApplication();
        }));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _signals.ForEach(s => s.Dispose());
}
