using Lockstep.Coordinator.Turns;
using Lockstep.Core.Membership;
using Lockstep.Protocol.V1;
using Member = Lockstep.Core.Plans.Member;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Checkpoints;

/// <summary>
/// Has checkpoints made of what the workers say they have saved, one after the other in the background, and remembers what became of the
/// last.
/// </summary>
internal sealed class CheckpointQueue(Turn turn)
{
    private const int MostWaiting = 4; // whole ones for their turn; where verifying takes longer than saving, the oldest is given up

    private readonly PartCollector _collector = new(turn);
    private readonly List<GatheredCheckpoint> _waiting = []; // the oldest first
    private GatheredCheckpoint? _publishing;
    private long _generation;

    /// <summary>A checkpoint was asked for, and none has come of it yet.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>One is incomplete, or being published.</summary>
    public bool IsSaving => _collector.IsOpen || IsPublishing;

    /// <summary>One is complete, and waits for its manifest.</summary>
    public bool IsPublishing => _publishing is not null;

    /// <summary>The newest step of the generation in force, or of the last, of which there is a whole checkpoint; 0 for none.</summary>
    public long SavedStep { get; private set; }

    /// <summary>Checkpoints that this coordinator has published.</summary>
    public int Saves { get; private set; }

    /// <summary>The newest save, if it has failed; null otherwise.</summary>
    public FailedSave? FailedSave { get; private set; }

    /// <summary>A generation is about to be announced.</summary>
    public void Begin(Plan plan) => (_generation, SavedStep) = (plan.Generation, plan.Checkpoint is null ? 0 : plan.StartStep);

    /// <summary>Goes on with a generation that an earlier coordinator led.</summary>
    /// <param name="plan">The generation's.</param>
    /// <param name="saved">The newest step of it that is a checkpoint; 0 for none.</param>
    public void GoOn(Plan plan, long saved)
    {
        Begin(plan);
        _collector.GoOn(saved);
        SavedStep = Math.Max(SavedStep, saved);
    }

    /// <summary>The generation has ended: what it has not completed it never will.</summary>
    public void Abandon(Plan plan) => _collector.Abandon(plan);

    /// <summary>Somebody asks for a checkpoint; false where one is under way already.</summary>
    public bool TryAsk()
    {
        if (IsAsked || IsSaving)
            return false;
        return IsAsked = true;
    }

    /// <summary>Takes a worker's part, and has the checkpoint published once all parts are there.</summary>
    /// <param name="plan">The generation's.</param>
    /// <param name="rank">The worker's.</param>
    /// <param name="part">What it has saved.</param>
    /// <param name="contents">Says what else the manifest tells, once all parts are there.</param>
    /// <returns>Workers whose weights differ from others' that must be equal (law 7): nothing is published then.</returns>
    public IReadOnlyList<Member> Take(Plan plan, int rank, Saved part, Func<CheckpointContents> contents)
    {
        if (_collector.Add(plan, rank, part) is not { } parts)
            return [];
        if (PartCollector.Drifted(plan, parts) is { Count: > 0 } drifted)
            return drifted;
        if (_waiting.Count >= MostWaiting && _waiting.FindIndex(c => !c.IsGivenUp) is var oldest && oldest >= 0)
            _waiting[oldest] = _waiting[oldest] with { IsGivenUp = true };
        _waiting.Add(new GatheredCheckpoint(plan, parts, contents()));
        PublishNext();
        return [];
    }

    /// <summary>What has become of a checkpoint is known.</summary>
    /// <returns>Whether it is one of the generation in force, or of the last.</returns>
    public bool Published(CheckpointSaved told)
    {
        bool isCurrent = _publishing?.Plan.Generation == _generation;
        FailedSave = told.Problem.Length > 0 ? FailedSave.After(FailedSave, told.Step, told.Problem, turn.Now) : null;
        if (told.Problem.Length == 0)
        {
            Saves++;
            if (isCurrent)
                SavedStep = Math.Max(SavedStep, told.Step);
        }
        (_publishing, IsAsked) = (null, false);
        PublishNext();
        return isCurrent;
    }

    /// <summary>One at a time, in the order in which they were complete: what one deletes no other is reading.</summary>
    private void PublishNext()
    {
        if (_publishing is not null || _waiting.Count == 0)
            return;
        _publishing = _waiting[0];
        _waiting.RemoveAt(0);
        turn.Do(new Publish(_publishing));
    }
}
