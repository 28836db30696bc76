using System.Diagnostics;
using System.Globalization;
using AlexNet.Core.Topology;
using AlexNet.Hosting;

namespace AlexNet.Worker;

/// <summary>
/// A fault for tests: at the beginning of one phase of one step of the first generation, something happens to the worker in one slot.
/// Written <c>kill@0.1:5:vote</c>: what, replica, shard, step (from 0; for a save, the updates it holds), phase. The switch is the setting <c>fault</c> itself.
/// </summary>
internal sealed record Fault(FaultKind Kind, Slot Slot, long Step, StepPhase Phase)
{
    private static readonly TimeSpan Slowness = TimeSpan.FromSeconds(2);

    /// <summary>The fault that the environment asks for; null for none.</summary>
    public static Fault? Read(Settings settings)
    {
        if (settings.Optional("fault") is not { } text)
            return null;
        string[] parts = text.Split('@', '.', ':');
        if (parts.Length == 5 && Enum.TryParse<FaultKind>(parts[0], ignoreCase: true, out var kind)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int replica)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int shard)
            && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            && Enum.TryParse<StepPhase>(parts[4], ignoreCase: true, out var phase)
            && (kind != FaultKind.Fail || phase == StepPhase.Save))
            return new Fault(kind, new Slot(replica, shard), step, phase);
        settings.Errors.Add($"setting 'fault' is '{text}'; it must be WHAT@REPLICA.SHARD:STEP:PHASE, with one of {string.Join(", ", Enum.GetNames<FaultKind>())} (fail only in a save) and a phase of {string.Join(", ", Enum.GetNames<StepPhase>())}.");
        return null;
    }

    /// <summary>Strikes if this is the place and the time.</summary>
    /// <exception cref="IOException">That is what it does.</exception>
    public void At(Slot slot, long step, StepPhase phase, ShardState state)
    {
        if ((slot, step, phase) != (Slot, Step, Phase))
            return;
        Console.Error.WriteLine($"Injected fault: {this}");
        switch (Kind)
        {
            case FaultKind.Kill:
                Process.GetCurrentProcess().Kill();
                break;
            case FaultKind.Hang:
                using (var never = new ManualResetEvent(false))
                    never.WaitOne();
                break;
            case FaultKind.Slow:
                Thread.Sleep(Slowness);
                break;
            case FaultKind.Drift:
                state.Drift();
                break;
            case FaultKind.Fail:
                throw new IOException("No space left on device (injected)");
        }
    }
}
