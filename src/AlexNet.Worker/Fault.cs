using System.Diagnostics;
using System.Globalization;
using AlexNet.Core.Topology;
using AlexNet.Hosting;

namespace AlexNet.Worker;

/// <summary>The phases of a step, in their order; what a step's clock and an injected fault name.</summary>
internal enum StepPhase
{
    Load,
    Forward,
    Backward,
    Reduce,
    Vote,
    Update,
}

/// <summary>
/// A fault for tests: at the beginning of one phase of one step of the first generation, the worker in one slot kills itself, or hangs.
/// Written <c>kill@0.1:5:vote</c>: what, replica, shard, step (from 0), phase. The switch is the setting <c>fault</c> itself.
/// </summary>
internal sealed record Fault(bool Hangs, Slot Slot, long Step, StepPhase Phase)
{
    /// <summary>The fault that the environment asks for; null for none.</summary>
    public static Fault? Read(Settings settings)
    {
        if (settings.Optional("fault") is not { } text)
            return null;
        string[] parts = text.Split('@', '.', ':');
        if (parts.Length == 5 && parts[0] is "kill" or "hang"
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int replica)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int shard)
            && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            && Enum.TryParse<StepPhase>(parts[4], ignoreCase: true, out var phase))
            return new Fault(parts[0] == "hang", new Slot(replica, shard), step, phase);
        settings.Errors.Add($"setting 'fault' is '{text}'; it must be kill@REPLICA.SHARD:STEP:PHASE or hang@..., with a phase of {string.Join(", ", Enum.GetNames<StepPhase>())}.");
        return null;
    }

    /// <summary>Strikes if this is the place and the time.</summary>
    public void At(Slot slot, long step, StepPhase phase)
    {
        if ((slot, step, phase) != (Slot, Step, Phase))
            return;
        Console.Error.WriteLine($"Injected fault: {this}");
        if (!Hangs)
            Process.GetCurrentProcess().Kill(); // SIGKILL: nothing is sent, flushed or closed
        using var never = new ManualResetEvent(false);
        never.WaitOne();
    }
}
