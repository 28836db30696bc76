using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;

namespace AlexNet.Hosting;

/// <summary>
/// How signals end a service: the first asks it to end in good order where it can (<see cref="IOrderlyEnd"/>), the next stops it at once.
/// An engine that signals a process, its group and its parent sends SIGTERM several times at once, which counts as one.
/// Under the command line the terminal's Ctrl-C is left to the command line, which gets it too and coordinates the end.
/// </summary>
public sealed class ServiceLifetime(bool supervised, IOrderlyEnd orderly, IHostApplicationLifetime lifetime, TimeProvider time) : IHostLifetime, IDisposable
{
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private long? _asked; // when

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
        lock (_lock)
        {
            if (_asked is { } asked && signal.Signal == PosixSignal.SIGTERM && time.GetElapsedTime(asked) < AtOnce)
                return;
            if (_asked is not null || !orderly.TryBegin())
                lifetime.StopApplication();
            _asked ??= time.GetTimestamp();
        }
    }
}
