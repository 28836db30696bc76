namespace Lockstep.Core.Membership;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>For workers to join and read their data.</summary>
    Waiting,

    /// <summary>Workers have a plan, connect to each other and take their weights.</summary>
    Forming,

    Running,

    /// <summary>The generation is over: its workers end it and report what they hold and whom they missed.</summary>
    Settling,

    /// <summary>The run was asked to end: workers agree on a step, stop there and save.</summary>
    Draining,

    /// <summary>Ended in good order: the last step is done, or the run was drained.</summary>
    Finished,
    Failed,
}
