using Lockstep.Core.Collectives;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Worker.Control;
using Lockstep.Worker.Saving;
using Lockstep.Worker.State;
using Lockstep.Worker.Watching;

namespace Lockstep.Worker.Step;

/// <summary>
/// Trains what this worker holds, in lockstep with all others, for one generation: one <see cref="TrainingStep"/> after the other, at
/// whose borders the workers do what the votes asked for, evaluate and save.
/// </summary>
/// <param name="recipe">The recipe of the run.</param>
/// <param name="steps">The steps of the run.</param>
/// <param name="state">What is trained.</param>
/// <param name="step">Makes the state's next step.</param>
/// <param name="evaluator">Evaluates it.</param>
/// <param name="saver">Saves it.</param>
/// <param name="watch">Knows how far it has come.</param>
/// <param name="mayBegin">Returns when the next step may begin; a program's own loop may hold it back.</param>
/// <param name="report">Sends a message to the coordinator.</param>
internal sealed class TrainingLoop(
    RunRecipe recipe,
    StepPlan steps,
    ShardState state,
    TrainingStep step,
    Evaluator evaluator,
    CheckpointSaver saver,
    StepWatch watch,
    Action<CancellationToken> mayBegin,
    Action<WorkerMessage> report
)
{
    /// <summary>All steps are done, or the run ends early; every worker finds the same after the same step.</summary>
    private bool IsOver =>
        state.Applied == steps.TotalSteps || EarlyStop.Reason(recipe, steps, state.Applied, state.Evaluations) is not null;

    /// <summary>Trains from the state's step to the end of the run, or until a vote asks for an end.</summary>
    /// <param name="evaluateFirst">The epoch that has just ended has not been evaluated yet.</param>
    /// <param name="stop">Ends the evaluation in progress, or the step before its arithmetic.</param>
    /// <returns>Why it ended; none for the end of the run.</returns>
    /// <exception cref="OperationCanceledException">The generation was ended from outside.</exception>
    /// <exception cref="PeerLostException">Another worker is gone.</exception>
    public BorderActions Run(bool evaluateFirst, CancellationToken stop)
    {
        if (evaluateFirst)
            Evaluate(stop);
        while (!IsOver)
        {
            stop.ThrowIfCancellationRequested();
            mayBegin(stop);
            var actions = step.Run(stop);
            var end = actions & (BorderActions.Drain | BorderActions.Regroup);
            if (end != BorderActions.None && state.Applied < steps.TotalSteps)
                return end; // an evaluation that is due comes after the next start
            bool isBest = steps.IsLastOfEpoch(state.Applied - 1) && Evaluate(stop);
            if (!IsOver && (saver.IsDue(state.Applied, isBest) || actions.HasFlag(BorderActions.Save)))
                saver.Begin(state.Applied); // the last step is saved at the end, and waited for
        }
        return BorderActions.None;
    }

    /// <returns>Whether the net was never better.</returns>
    private bool Evaluate(CancellationToken stop)
    {
        watch.Pause(Phase.Evaluation);
        if (state.Average is not null)
            saver.WaitUntilCopied(); // an average takes the weights' place meanwhile
        var result = evaluator.Run(state.Applied, steps.EpochOf(state.Applied - 1), watch.Alive, stop);
        report(new WorkerMessage { Evaluation = result });
        return state.Remember(new Evaluation(result.Step, result.Metrics.ToValues()));
    }
}
