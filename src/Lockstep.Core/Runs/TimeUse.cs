namespace Lockstep.Core.Runs;

/// <summary>What a second of a run went to. A run's seconds, over all its restarts, are divided among these without rest.</summary>
public enum TimeUse
{
    /// <summary>Steps that brought the run on.</summary>
    Productive,

    /// <summary>Evaluations at the ends of epochs.</summary>
    Evaluating,

    /// <summary>Until the first generation of a start: workers begin, join and read their data.</summary>
    Starting,

    /// <summary>Generations are formed or end: workers connect, take their weights, and are waited for after a loss.</summary>
    Forming,

    /// <summary>Steps waited for their data.</summary>
    Data,

    /// <summary>Steps waited for the slowest worker, in excess of the median one.</summary>
    Stragglers,

    /// <summary>Steps waited until what is saved was copied, and the run for its last checkpoint.</summary>
    Saving,

    /// <summary>Steps that the run had made before, and steps that a loss broke.</summary>
    Repeated,

    /// <summary>No coordinator led the run, and no step of that time is known.</summary>
    Away,

    /// <summary>The run had ended, and went on later.</summary>
    Stopped,
}
