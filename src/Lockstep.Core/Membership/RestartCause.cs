namespace Lockstep.Core.Membership;

/// <summary>Why a run had to go on in a new generation, or under a new coordinator.</summary>
public enum RestartCause
{
    /// <summary>A worker's process, or the connection to it, is gone.</summary>
    Lost,

    /// <summary>A worker did not do its part in time, though its process is there.</summary>
    Hung,

    /// <summary>A worker reported an error.</summary>
    Failed,

    /// <summary>The coordinator was started again.</summary>
    Coordinator,
}
