using Lockstep.Coordinator.Run;

namespace Lockstep.Coordinator.Watching;

/// <summary>What the status page lets an operator do.</summary>
/// <param name="Name">In addresses.</param>
/// <param name="Label">The label of its button.</param>
/// <param name="Question">Asked before it is done; null where it does no harm.</param>
/// <param name="Done">The answer once it is under way.</param>
internal sealed record OperatorAction(string Name, string Label, string? Question, string Done)
{
    public static OperatorAction Save { get; } =
        new("save", "Save now", null, "A checkpoint was asked for: all workers save after the same step.");

    public static OperatorAction Drain { get; } =
        new(
            "drain",
            "Drain",
            "The run ends: all workers stop after the same step, save a checkpoint, and end with exit code 3 (0 under an engine, which "
                + "does not begin it again). It can be resumed from there without losing a step.",
            "The run drains: its workers stop after the same step and save."
        );

    public static OperatorAction Stop { get; } =
        new(
            "stop",
            "Stop",
            "The run ends at once, with exit code 1 (0 under an engine). What was trained since the newest checkpoint is lost; to "
                + "keep it, drain the run.",
            "The run was stopped."
        );

    public static IReadOnlyList<OperatorAction> All { get; } = [Save, Drain, Stop];

    /// <summary>The one of that name; null for none.</summary>
    public static OperatorAction? Find(string? name) => All.FirstOrDefault(a => a.Name == name);

    /// <summary>Does it; returns why not, where it cannot.</summary>
    public async Task<string?> TryAsync(RunLoop loop)
    {
        if (this == Save)
            return await loop.AskAsync(new SaveWanted()).ConfigureAwait(false);
        if (this == Stop)
            return await loop.AskAsync(new StopWanted()).ConfigureAwait(false);
        return await loop.AskAsync(new DrainWanted(Holds: true)).ConfigureAwait(false) ? null : "The run has ended already.";
    }
}
