using System.Globalization;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Worker.Faults;

/// <summary>
/// A fault for tests: at the beginning of one phase of one step of the first generation, something happens to the worker in one slot.
/// Written <c>kill@0.1:5:vote</c>: what, replica, shard, step (from 0; for a save, the updates it holds), phase. The switch is the setting
/// <c>fault</c> itself.
/// </summary>
internal sealed record Fault(FaultKind Kind, Slot Slot, long Step, Phase Phase)
{
    private static readonly Phase[] Phases =
    [
        Phase.Load,
        Phase.Forward,
        Phase.Backward,
        Phase.Reduce,
        Phase.Vote,
        Phase.Update,
        Phase.Save,
    ];

    /// <summary>The fault that the environment asks for; null for none.</summary>
    public static Fault? Read(Settings settings)
    {
        if (settings.Optional("fault") is not { } text)
            return null;
        string[] parts = text.Split('@', '.', ':');
        if (
            parts.Length == 5
            && Enum.TryParse<FaultKind>(parts[0], ignoreCase: true, out var kind)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int replica)
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int shard)
            && long.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            && Enum.TryParse<Phase>(parts[4], ignoreCase: true, out var phase)
            && Phases.Contains(phase)
            && (kind != FaultKind.Fail || phase == Phase.Save)
        )
        {
            return new Fault(kind, new Slot(replica, shard), step, phase);
        }

        settings.Errors.Add(
            $"setting 'fault' is '{text}'; it must be WHAT@REPLICA.SHARD:STEP:PHASE, with one of "
                + $"{string.Join(", ", Enum.GetNames<FaultKind>())} (fail only in a save) and a phase of "
                + $"{string.Join(", ", Phases)}."
        );
        return null;
    }
}
