using Lockstep.Core.Runs;
using Lockstep.Core.Schedules;

namespace Lockstep.Worker.Applications;

/// <summary>A program's own loop over the steps, as the training sees it.</summary>
public interface IProgramLoop
{
    /// <summary>Returns when the loop asks for the next step.</summary>
    /// <param name="updates">Those that the weights have seen; one more than at the last call says that the step was made.</param>
    /// <param name="isFirst">This worker is of replica 0.</param>
    /// <param name="alive">Called again and again meanwhile.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    /// <exception cref="InvalidOperationException">The loop has failed, or ended too early.</exception>
    void Await(long updates, bool isFirst, Action alive, CancellationToken stop);

    /// <summary>A step was made.</summary>
    void Made(StepRecord step);

    /// <summary>The net was evaluated.</summary>
    void Evaluated(Evaluation evaluation);

    /// <summary>The run is over; returns when what the program does then is done.</summary>
    void End();
}
