using Lockstep.Core.Recipes;
using Lockstep.Core.Texts;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Sampling;

/// <summary>
/// Which samples belong to which step: whole epochs cut into global batches, the last of an epoch as short as it must be.
/// </summary>
/// <param name="Samples">Training samples of the data set.</param>
/// <param name="Batch">The global batch.</param>
/// <param name="Epochs">Passes over the data.</param>
/// <param name="StepLimit">Ends the run earlier; null for none.</param>
/// <param name="Phases">Steps that each batch is gone through in, one after the other.</param>
public sealed record StepPlan(int Samples, int Batch, int Epochs, long? StepLimit, int Phases = 1)
{
    /// <summary>The plan of a recipe over so many training samples.</summary>
    public static StepPlan Of(RunRecipe recipe, int samples) =>
        new(samples, recipe.GlobalBatch, recipe.Training.Epochs, recipe.Training.Steps, recipe.Training.Phases?.Count ?? 1);

    public int StepsPerEpoch => (Samples + Batch - 1) / Batch * Phases;

    /// <summary>Steps of all epochs, whether or not the run ends earlier.</summary>
    public long StepsOfEpochs => (long)StepsPerEpoch * Epochs;

    /// <summary>Steps of the whole run.</summary>
    public long TotalSteps => Math.Min(StepsOfEpochs, StepLimit ?? long.MaxValue);

    /// <summary>
    /// Why a run that has made so many steps cannot go on by this plan: it would have ended before; null where it can, if only to end.
    /// </summary>
    public string? Overrun(long done)
    {
        if (done <= TotalSteps)
            return null;
        string limit = TotalSteps == StepLimit ? $"'training.steps' {StepLimit}" : $"'training.epochs' {Epochs}",
            steps = StepLimit is null ? "" : ", and more --steps";
        return FormattableString.Invariant($"nothing is left to train: the run has made {Count.Of(done, "step")}, and {limit} would have ")
            + FormattableString.Invariant($"ended it after {TotalSteps:N0}; give more than that (--epochs ")
            + FormattableString.Invariant($"{(done + StepsPerEpoch) / StepsPerEpoch} or more{steps}), or leave the length out, which ")
            + "keeps the run's.";
    }

    /// <summary>The epoch (counted from 1) that a step (counted from 0) belongs to.</summary>
    public int EpochOf(long step) => (int)(step / StepsPerEpoch) + 1;

    /// <summary>The phase of a step (counted from 0), from 0.</summary>
    public int PhaseOf(long step) => (int)(step % Phases);

    public bool IsLastOfEpoch(long step) => (step + 1) % StepsPerEpoch == 0 || step + 1 == TotalSteps;

    /// <summary>The positions within its epoch's order that a step's global batch covers.</summary>
    public Extent Positions(long step)
    {
        int start = (int)(step % StepsPerEpoch) / Phases * Batch;
        return new(start, Math.Min(Batch, Samples - start));
    }

    /// <summary>The positions that one of <paramref name="replicas"/> trains on; may be empty.</summary>
    public Extent Positions(long step, int replica, int replicas)
    {
        var all = Positions(step);
        var part = Extent.Part(all.Length, replicas, replica);
        return new(all.Start + part.Start, part.Length);
    }
}
