using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// What a worker does by itself in a step, and not waiting for the others: its data, its arithmetic, its update. Who does it slowly holds
/// all up.
/// </summary>
internal static class OwnWork
{
    /// <summary>The phases that have own work, and its seconds.</summary>
    public static readonly IReadOnlyList<(string Phase, Func<Phases, double> Of)> Parts =
    [
        ("load", p => p.DataWait),
        ("forward", p => p.Forward),
        ("backward", p => p.Backward),
        ("update", p => p.Update),
    ];

    /// <summary>Share of a step that is arithmetic: no data, no waiting, no copying.</summary>
    public static double Arithmetic(Phases phases) => (phases.Forward + phases.Backward + phases.Update - phases.SaveWait) / phases.Total;

    /// <summary>Seconds of a step that are no waiting for others.</summary>
    public static double Seconds(Phases phases) =>
        phases.Total - phases.Exchange - phases.Reduce - phases.Vote - (phases.Load - phases.DataWait);
}
