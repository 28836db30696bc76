using Lockstep.Core.Membership;
using Lockstep.Core.Runs;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Protocol.V1;
using Member = Lockstep.Core.Plans.Member;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Checkpoints;

/// <summary>
/// Makes checkpoints of what the workers say they have saved, one after the other in the background, and remembers what became of the last.
/// Called under the controller's lock.
/// </summary>
internal sealed class CheckpointKeeper(CheckpointCollector collector, CoordinatorOptions options)
{
    private const int MostWaiting = 4; // whole ones for their turn; where verifying takes longer than saving, the oldest is given up

    private readonly Queue<GatheredCheckpoint> _waiting = new();
    private GatheredCheckpoint? _publishing;
    private long _generation;

    /// <summary>A checkpoint was asked for, and none has come of it yet.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>One is incomplete, or being published.</summary>
    public bool IsSaving => collector.IsOpen || IsPublishing;

    /// <summary>One is complete, and waits for its manifest.</summary>
    public bool IsPublishing => _publishing is not null;

    /// <summary>The newest step of the generation in force, or of the last, of which there is a whole checkpoint; 0 for none.</summary>
    public long SavedStep { get; private set; }

    /// <summary>The newest save, if it has failed; null otherwise.</summary>
    public FailedSave? FailedSave { get; private set; }

    /// <summary>A generation is about to be announced.</summary>
    public void Begin(Plan plan) => (_generation, SavedStep) = (plan.Generation, plan.Checkpoint is null ? 0 : plan.StartStep);

    /// <summary>Goes on with a generation that an earlier coordinator led.</summary>
    public void GoOn(Plan plan)
    {
        Begin(plan);
        SavedStep = Math.Max(SavedStep, collector.GoOn(plan));
    }

    /// <summary>The generation has ended: what it has not completed it never will.</summary>
    public void Abandon(Plan plan) => collector.Abandon(plan);

    /// <summary>Somebody asks for a checkpoint; false where one is under way already.</summary>
    public bool TryAsk()
    {
        if (IsAsked || IsSaving)
            return false;
        return IsAsked = true;
    }

    /// <summary>Takes a worker's part, and publishes the checkpoint once all parts are there.</summary>
    /// <param name="plan">The generation's.</param>
    /// <param name="rank">The worker's.</param>
    /// <param name="part">What it has saved.</param>
    /// <param name="contents">Says what else the manifest tells, once all parts are there.</param>
    /// <param name="published">Called when it is published or has failed, from another thread and without the lock; <see cref="Published"/>
    /// is to follow.</param>
    /// <returns>Workers whose weights differ from others' that must be equal (law 7): nothing is published then.</returns>
    public IReadOnlyList<Member> Take(Plan plan, int rank, Saved part, Func<CheckpointContents> contents, Action<CheckpointSaved> published)
    {
        if (collector.Add(plan, rank, part) is not { } parts)
            return [];
        if (CheckpointCollector.Drifted(plan, parts) is { Count: > 0 } drifted)
            return drifted;
        if (_waiting.Count >= MostWaiting)
            _waiting.First(c => !c.IsGivenUp).IsGivenUp = true;
        _waiting.Enqueue(new GatheredCheckpoint(plan, parts, contents(), published));
        PublishNext();
        return [];
    }

    /// <summary>The controller has heard what became of a checkpoint.</summary>
    /// <returns>Whether it is one of the generation in force, or of the last.</returns>
    public bool Published(CheckpointSaved told, DateTimeOffset now)
    {
        bool isCurrent = _publishing?.Plan.Generation == _generation;
        FailedSave = told.Problem.Length > 0 ? FailedSave.After(FailedSave, told.Step, told.Problem, now) : null;
        if (told.Problem.Length == 0 && isCurrent)
            SavedStep = Math.Max(SavedStep, told.Step);
        (_publishing, IsAsked) = (null, false);
        PublishNext();
        return isCurrent;
    }

    /// <summary>One at a time, in the order in which they were complete: what one deletes no other is reading.</summary>
    private void PublishNext()
    {
        if (_publishing is not null || !_waiting.TryDequeue(out var next))
            return;
        _publishing = next;
        _ = Task.Run(() => next.Published(Publish(next)));
    }

    private CheckpointSaved Publish(GatheredCheckpoint checkpoint)
    {
        var (plan, parts, contents, _) = checkpoint;
        var told = new CheckpointSaved { Step = parts[0].Step, Seconds = parts.Max(p => p.Seconds) };
        try
        {
            if (checkpoint.IsGivenUp)
                throw new IOException(collector.GiveUp(plan, told.Step));
            var steps = StepPlan.Of(options.Recipe, contents.TrainSamples);
            (told.Directory, told.Bytes) = collector.Publish(
                plan,
                plan.RunId,
                steps,
                contents.Environment,
                contents.Evaluations,
                parts,
                contents.Data
            );
        }
        catch (Exception e)
        {
            told.Problem = e.Message; // whatever it is, training goes on
        }
        return told;
    }
}

/// <summary>A checkpoint all of whose parts the workers have saved.</summary>
/// <param name="Plan">Of its generation.</param>
/// <param name="Parts">What each worker has saved, in rank order.</param>
/// <param name="Contents">What else its manifest tells.</param>
/// <param name="Published">Hears what has become of it.</param>
internal sealed record GatheredCheckpoint(
    Plan Plan,
    IReadOnlyList<Saved> Parts,
    CheckpointContents Contents,
    Action<CheckpointSaved> Published
)
{
    /// <summary>Too many newer ones wait.</summary>
    public bool IsGivenUp { get; set; }
}

/// <summary>What a manifest tells beside its files.</summary>
/// <param name="Environment">What decides the last bits.</param>
/// <param name="Evaluations">Every one so far.</param>
/// <param name="TrainSamples">Of the data set.</param>
internal sealed record CheckpointContents(RunEnvironment Environment, IReadOnlyList<Evaluation> Evaluations, int TrainSamples)
{
    /// <summary>The data that the run trains on.</summary>
    public DataIdentity? Data { get; init; }
}
