using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Runs;
using Lockstep.Protocol.V1;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Run;

/// <summary>How the run stands, beside its workers, checkpoints and steps. Only the run's loop changes it.</summary>
internal sealed class RunStanding(string runId)
{
    public string RunId { get; } = runId;

    public RunState State { get; set; } = RunState.Waiting;

    /// <summary>When it came into that state.</summary>
    public DateTimeOffset Since { get; set; }

    /// <summary>Why it is in that state, in a sentence.</summary>
    public string Reason { get; set; } = "The coordinator has started.";

    /// <summary>The plan of the generation in force, or of the last; null before the first.</summary>
    public Plan? Plan { get; set; }

    /// <summary>The secret of that generation's workers.</summary>
    public string PeerToken { get; set; } = "";

    /// <summary>The last generation whose workers were told to start; 0 before the first.</summary>
    public long Started { get; set; }

    /// <summary>Generations that a loss has ended.</summary>
    public int Restarts { get; set; }

    /// <summary>When somebody asked the run to end at the next step; null where nobody has.</summary>
    public DateTimeOffset? DrainAsked { get; set; }

    /// <summary>An operator has asked for that, or has stopped the run: no engine is to begin it again.</summary>
    public bool IsHeld { get; set; }

    /// <summary>The end that follows is what an operator wished, also where it is no good order.</summary>
    public bool EndsAsWished { get; set; }

    /// <summary>The generation that is settling ends at a border between two steps.</summary>
    public bool EndsAtBorder { get; set; }

    /// <summary>The data that the run trains on, and no others; null before its first generation.</summary>
    public DataIdentity? Data { get; set; }

    /// <summary>What workers are told once the run is over; null while it is not.</summary>
    public CoordinatorMessage? Farewell { get; set; }

    /// <summary>What the process ends with.</summary>
    public int ExitCode { get; set; } = ExitCodes.Failed;

    public bool IsOver => State is RunState.Finished or RunState.Failed;
}
