namespace AlexNet.Core.Membership;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>For workers to join and read their data.</summary>
    Waiting,

    /// <summary>Workers have a plan and connect to each other.</summary>
    Forming,

    Running,

    /// <summary>A worker is gone or blamed: the others end the generation and report what they missed.</summary>
    Settling,
    Finished,
    Failed,
}
