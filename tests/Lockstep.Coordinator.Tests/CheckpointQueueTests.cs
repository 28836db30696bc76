using Lockstep.Coordinator.Checkpoints;
using Lockstep.Coordinator.Turns;
using Lockstep.Core.Runs;
using Lockstep.Core.Topology;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Member = Lockstep.Core.Plans.Member;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Tests;

/// <summary>Checkpoints that are told faster than they can be published, as after a coordinator's absence.</summary>
public sealed class CheckpointQueueTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly RunDirectory _run = new();
    private readonly Queue<RunEffect> _effects = new();
    private readonly Turn _turn = new();
    private readonly CheckpointQueue _queue;
    private readonly Plan _plan = new("run", 2, new RunTopology(1, 2), [Member(0), Member(1)], 0, TimeSpan.FromSeconds(5));

    public CheckpointQueueTests()
    {
        _queue = new(_turn);
        _turn.Begin(Now);
        _queue.Begin(_plan);
    }

    [Fact]
    public void Take_ManyAtOnce_PublishesThemInTurnAndLosesNone()
    {
        long[] steps = [7, 14, 21, 28];
        foreach (int rank in new[] { 0, 1 })
        {
            foreach (long step in steps)
                Take(rank, step);
        }

        foreach (long step in steps)
        {
            Assert.True(_queue.IsPublishing);
            var told = Next();
            Assert.Equal((step, ""), (told.Step, told.Problem));
            Assert.Equal(step, _queue.SavedStep);
        }
        Assert.False(_queue.IsSaving);
        Assert.Equal([28, 21, 14], new CheckpointStore(_run.Path).List().Select(c => c.Step)); // as many as the recipe keeps
    }

    [Fact]
    public void Take_MoreThanCanWait_GivesUpTheOldestAndSaysSo()
    {
        for (int step = 1; step <= 8; step++)
        {
            Take(0, step);
            Take(1, step);
        }
        var told = Enumerable.Range(0, 8).Select(_ => Next()).ToList();
        Assert.Equal(Enumerable.Range(1, 8), told.Select(t => (int)t.Step));
        // the first was begun already
        Assert.Equal([2, 3, 4], told.Where(t => t.Problem.Contains("too slow", StringComparison.Ordinal)).Select(t => (int)t.Step));
        Assert.Equal([8, 7, 6], new CheckpointStore(_run.Path).List().Select(c => c.Step));
    }

    /// <summary>
    /// Workers give up saves that no coordinator hears of, each on its own; what has lost a part never becomes whole, and nobody waits for
    /// it.
    /// </summary>
    [Fact]
    public void Take_StepThatHasLostAPart_IsForgottenWithTheNextThatIsWhole()
    {
        Take(0, 7);
        Take(0, 14);
        Take(1, 14);
        Assert.Equal(14, Next().Step);
        Assert.False(_queue.IsSaving);
        Assert.Equal([14], new CheckpointStore(_run.Path).List().Select(c => c.Step));
    }

    [Fact]
    public void Published_Problem_IsKeptUntilASaveSucceeds()
    {
        Take(0, 7, "no space");
        Take(1, 7);
        Assert.Equal("no space", Next().Problem);
        Assert.Equal((0, "no space", Now), (_queue.SavedStep, _queue.FailedSave?.Problem, _queue.FailedSave?.First));
        Take(0, 8);
        Take(1, 8);
        Next();
        Assert.Equal((8, null), (_queue.SavedStep, _queue.FailedSave));
    }

    /// <summary>A disk that was full an hour ago takes no time from the attempts at the last save.</summary>
    [Fact]
    public void Published_ProblemsOfTwoSteps_CountTheAttemptsOfTheNewerAlone()
    {
        foreach (var (step, seconds) in new[] { (7, 0), (14, 3600), (14, 3605) })
        {
            _turn.Begin(Now.AddSeconds(seconds));
            _queue.Published(new CheckpointSaved { Step = step, Problem = "no space" });
        }

        Assert.Equal(
            (14, Now.AddSeconds(3600), Now.AddSeconds(3605)),
            (_queue.FailedSave?.Step, _queue.FailedSave?.First, _queue.FailedSave?.Last)
        );
    }

    public void Dispose() => _run.Dispose();

    /// <summary>Does what was decided on until a checkpoint is published, as the run's loop does in the background.</summary>
    private CheckpointSaved Next()
    {
        while (true)
        {
            foreach (var effect in _turn.End())
                _effects.Enqueue(effect);
            switch (_effects.Dequeue())
            {
                case Publish publish:
                    var told = new CheckpointPublisher(_run.Options(), new CheckpointStore(_run.Path), new RunBucket(null)).Publish(
                        publish.Checkpoint,
                        new Dictionary<string, string>()
                    );
                    _queue.Published(told);
                    return told;
                case Discard discard:
                    new CheckpointStore(_run.Path).Abandon(discard.Step, discard.Generation);
                    break;
            }
        }
    }

    private void Take(int rank, long step, string problem = "")
    {
        string directory = CheckpointFiles.Unfinished(_run.Path, step, _plan.Generation);
        var part = new Saved
        {
            Step = step,
            Shard = rank,
            Problem = problem,
        };
        foreach (string kind in new[] { CheckpointFiles.Weights, CheckpointFiles.Optimizer })
        {
            var file = new CheckpointDirectory(directory).Write(CheckpointFiles.Shard(kind, rank, 2), content => content.Write([1, 2, 3]));
            part.Files.Add(
                new SavedFile
                {
                    Name = file.Name,
                    Bytes = file.Bytes,
                    Sha256 = file.Sha256,
                }
            );
        }
        var environment = new RunEnvironment(1, "none", "2.10.0", "cpu", "fp32");
        Assert.Empty(_queue.Take(_plan, rank, part, () => new CheckpointContents(environment, [], TrainSamples: 1000)));
    }

    private static Member Member(int rank) => new(rank, new Slot(0, rank), $"w{rank}", "host", 1, "http://host:1");
}
