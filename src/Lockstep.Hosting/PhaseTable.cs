using Lockstep.Protocol.V1;

namespace Lockstep.Hosting;

/// <summary>The phases of a step with their names, in their order: what every view and metric of them is made of.</summary>
public static class PhaseTable
{
    /// <summary>Each with the seconds that a step spent in it; together they are the step.</summary>
    public static IReadOnlyList<(string Name, Func<Phases, double> Seconds)> Rows { get; } =
    [
        ("load", p => p.Load),
        ("forward", p => p.Forward),
        ("exchange", p => p.Exchange),
        ("backward", p => p.Backward),
        ("reduce", p => p.Reduce),
        ("vote", p => p.Vote),
        ("update", p => p.Update),
    ];

    /// <summary>The names alone.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Rows.Select(r => r.Name)];
}
