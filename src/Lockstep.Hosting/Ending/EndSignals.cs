using System.Runtime.InteropServices;

namespace Lockstep.Hosting.Ending;

/// <summary>
/// Hears the signals that end a program from its first line on: SIGTERM, SIGINT (Ctrl-C), SIGHUP (the terminal is closed) and SIGUSR1
/// (Slurm's warning). What comes before somebody can act on it is remembered for him. A signal that the program was started to ignore, as
/// by nohup, stays ignored.
/// </summary>
public sealed class EndSignals : IDisposable
{
    /// <summary>SIGUSR1 of Linux, on x64 and arm64. Elsewhere the number is another signal's, or nobody's.</summary>
    public const PosixSignal User1 = (PosixSignal)10;

    private static readonly (PosixSignal Signal, int Number)[] All =
    [
        (PosixSignal.SIGTERM, 15),
        (PosixSignal.SIGINT, 2),
        (PosixSignal.SIGHUP, 1),
        (User1, 10),
    ];

    private readonly Lock _lock = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly EndRequests _requests;
    private Func<PosixSignal, bool> _concerns = _ => true;
    private Action<EndRequest>? _act;
    private EndRequest _pending;

    private EndSignals(TimeProvider time) => _requests = new EndRequests(time);

    /// <summary>Begins to hear. Should be the first line of a program.</summary>
    public static EndSignals Hear()
    {
        var signals = new EndSignals(TimeProvider.System);
        long ignored = IgnoredAtStart();
        foreach (var (signal, number) in All.Where(s => (ignored >> (s.Number - 1) & 1) == 0))
        {
            if (signal != User1 || OperatingSystem.IsLinux())
                signals._registrations.Add(PosixSignalRegistration.Create(signal, signals.Take));
        }
        return signals;
    }

    /// <summary>From here on signals lead to an action; what has come before leads to it now.</summary>
    /// <param name="act">What is to be done; called under a lock, by any thread.</param>
    /// <param name="concerns">Says which signals mean this program; the others are left to the program that started it.</param>
    public void HandTo(Action<EndRequest> act, Func<PosixSignal, bool>? concerns = null)
    {
        lock (_lock)
        {
            (_act, _concerns) = (act, concerns ?? _concerns);
            if (_pending != EndRequest.None)
                act(_pending);
            _pending = EndRequest.None;
        }
    }

    public void Dispose() => _registrations.ForEach(r => r.Dispose());

    private void Take(PosixSignalContext context)
    {
        lock (_lock)
        {
            context.Cancel = true;
            if (!_concerns(context.Signal))
                return;
            var request = _requests.Take();
            if (_act is { } act && request != EndRequest.None)
                act(request);
            else if (request == EndRequest.AtOnce)
                context.Cancel = false; // asked twice, and nobody is there yet who could end in good order
            else if (request == EndRequest.InGoodOrder)
                _pending = request;
        }
    }

    private static long IgnoredAtStart()
    {
        const string name = "SigIgn:";
        return
            OperatingSystem.IsLinux()
            && File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? Convert.ToInt64(line[name.Length..].Trim(), 16)
            : 0;
    }
}
