using AlexNet.Core.Checkpoints;
using AlexNet.Core.Sampling;
using AlexNet.Core.Schedules;
using AlexNet.Protocol.V1;
using Member = AlexNet.Core.Plans.Member;
using Plan = AlexNet.Core.Plans.Plan;

namespace AlexNet.Coordinator;

/// <summary>
/// Makes checkpoints of what the workers say they have saved, in the background, and remembers whether somebody has asked for one. Called under the controller's lock.
/// </summary>
internal sealed class CheckpointKeeper(CheckpointCollector collector, CoordinatorOptions options)
{
    private int _publishing;

    /// <summary>A checkpoint was asked for, and none has come of it yet.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>One is incomplete, or being published.</summary>
    public bool IsSaving => collector.IsOpen || IsPublishing;

    /// <summary>One is complete, and its manifest being written.</summary>
    public bool IsPublishing => _publishing > 0;

    /// <summary>Goes on with a generation that an earlier coordinator led.</summary>
    public void GoOn(Plan plan) => collector.GoOn(plan);

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
    /// <param name="published">Called when it is published or has failed, from another thread and without the lock; <see cref="Published"/> is to follow.</param>
    /// <returns>Workers whose weights differ from others' that must be equal (law 7): nothing is published then.</returns>
    public IReadOnlyList<Member> Take(Plan plan, int rank, Saved part, Func<CheckpointContents> contents, Action<CheckpointSaved> published)
    {
        if (collector.Add(plan, rank, part) is not { } parts)
            return [];
        if (CheckpointCollector.Drifted(plan, parts) is { Count: > 0 } drifted)
            return drifted;
        _publishing++;
        var told = contents();
        _ = Task.Run(() => published(Publish(plan, parts, told)));
        return [];
    }

    /// <summary>The controller has heard of it.</summary>
    public void Published()
    {
        _publishing--;
        IsAsked = false;
    }

    private CheckpointSaved Publish(Plan plan, IReadOnlyList<Saved> parts, CheckpointContents contents)
    {
        var told = new CheckpointSaved { Step = parts[0].Step, Seconds = parts.Max(p => p.Seconds) };
        try
        {
            var steps = StepPlan.Of(options.Recipe, contents.TrainSamples);
            (told.Directory, told.Bytes) = collector.Publish(plan, plan.RunId, steps, contents.Environment, contents.Evaluations, parts);
        }
        catch (Exception e)
        {
            told.Problem = e.Message; // whatever it is, training goes on
        }
        return told;
    }
}

/// <summary>What a manifest tells beside its files.</summary>
/// <param name="Environment">What decides the last bits.</param>
/// <param name="Evaluations">Every one so far.</param>
/// <param name="TrainSamples">Of the data set.</param>
internal sealed record CheckpointContents(RunEnvironment Environment, IReadOnlyList<Evaluation> Evaluations, int TrainSamples);
