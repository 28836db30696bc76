using Lockstep.Coordinator.Turns;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Recording;

/// <summary>Takes the workers' reports into the aggregator, and tells the steps and epochs that come of them.</summary>
internal sealed class StepTeller(StepAggregator aggregator, Turn turn)
{
    /// <summary>Takes a worker's report; returns the step of the run once all have reported it.</summary>
    public StepDone? Step(int rank, StepReport report)
    {
        var step = aggregator.Add(rank, report);
        if (step is not null)
            Tell(step);
        return step;
    }

    /// <summary>Takes the evaluation at an epoch's end; all workers send the same.</summary>
    public void Evaluation(EvaluationReport report)
    {
        aggregator.Add(report);
        TellEpoch();
    }

    /// <summary>A generation has ended; steps up to this one were made, though not all of its workers lived to report them.</summary>
    public void Close(long applied)
    {
        foreach (var step in aggregator.Close(applied))
            Tell(step);
    }

    private void Tell(StepDone step)
    {
        turn.Tell(new RunEvent { Step = step });
        TellEpoch();
    }

    private void TellEpoch()
    {
        if (aggregator.TakeEpoch() is { } epoch)
            turn.Tell(new RunEvent { Epoch = epoch });
    }
}
