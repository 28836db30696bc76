using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Watching;
using Lockstep.Core.Membership;
using Lockstep.Core.Status;
using Lockstep.Core.Topology;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests.Watching;

public sealed class StatusBuilderTests : IDisposable
{
    private readonly RunDirectory _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Of_ARunThatTrains_TellsHowFarItIs()
    {
        var status = Of(Sights.Training);
        Assert.Equal(("running", false, 1L, 90.0), (status.State, status.IsOver, status.Generation, status.StateSeconds));
        Assert.Equal((200L, 785L, 2), (status.Progress.Step, status.Progress.TotalSteps, status.Progress.Epoch));
        Assert.Equal(58.5, status.Progress.SecondsLeft); // 585 steps of 0.1 s
        Assert.Equal((0.3112, 0.71, 652.0), (status.Progress.Loss, status.Progress.Current, status.Progress.SamplesPerSecond));
        Assert.Equal([WorkerHealth.Good, WorkerHealth.Good], status.Workers.Select(w => w.Health));
        Assert.Equal(
            (0, 1, "step 200 done", "cpu"),
            (status.Workers[1].Replica, status.Workers[1].Shard, status.Workers[1].LastMessage, status.Workers[1].Device)
        );
    }

    [Fact]
    public void Of_ARunThatEvaluates_SaysSo()
    {
        var alive = new WorkerMessage { Alive = new Alive { Phase = Phase.Evaluation } };
        var status = Of(Sights.Training with { Workers = [Sights.Seen("w0", 0, alive, 0.1), Sights.Seen("w1", 1, Sights.Step(200), 0.1)] });
        Assert.Equal(("Workers go through the test set.", "evaluates"), (status.Reason, status.Workers[0].LastMessage));
        Assert.Equal("Workers are training.", Of(Sights.Training).Reason);
    }

    [Fact]
    public void Of_AWorkerThatHangs_NamesItAndWhoWaitsForIt()
    {
        var status = Of(
            Sights.Training with
            {
                Workers =
                [
                    Sights.Seen("w0", 0, Still(Phase.Forward, "forward 2 of step 201", waitsFor: 1, seconds: 2.9), secondsAgo: 0.3),
                    Sights.Seen("w1", 1, Still(Phase.Backward, "", waitsFor: -1, seconds: 2.7), secondsAgo: 0.2),
                ],
            }
        );
        Assert.Equal([WorkerHealth.Waiting, WorkerHealth.Hung], status.Workers.Select(w => w.Health));
        Assert.Equal("It waits for worker w1 (replica 0, shard 1) in forward 2 of step 201, for 3.2 s so far.", status.Workers[0].Why);
        Assert.Equal("It stands still in backward of step 201, for 2.9 s so far; a whole step takes 0.10 s.", status.Workers[1].Why);
    }

    [Fact]
    public void Of_AWorkerThatIsGone_StaysToBeSeenForAWhile()
    {
        var gone = new GoneWorker("w1", "node-b", 4712, new Slot(0, 1), "Its connection closed.", Sights.Now.AddSeconds(-30));
        var sight = Sights.Training with
        {
            Timeline = Sights.Training.Timeline with { Gone = [gone] },
            Workers = [Sights.Training.Workers[0], Sights.Seen("w2", 1, Sights.Step(200), 0)],
        };
        var worker = Of(sight).Workers[2];
        Assert.Equal(
            ("w1", WorkerHealth.Gone, "Its connection closed.", 30.0),
            (worker.Id, worker.Health, worker.Why, worker.LastMessageSeconds)
        );
        Assert.DoesNotContain(Of(sight with { Now = Sights.Now.AddMinutes(11) }).Workers, w => w.Id == "w1");
    }

    [Fact]
    public void Of_ARunThatHasNotBegun_KnowsNothingYet()
    {
        var status = Of(
            new RunSight("r", RunState.Waiting, Sights.Now, "0 of 2 workers have joined.", null)
            {
                Now = Sights.Now,
                WallClock = Sights.Now,
                Timeline = new([], [], []),
            }
        );
        Assert.Equal(
            (0L, null, null, null),
            (status.Progress.Step, status.Progress.TotalSteps, status.Progress.Share, status.Progress.Loss)
        );
        Assert.Empty(status.Workers);
    }

    [Fact]
    public void Of_AskedFor_IsPendingUntilItIsDone()
    {
        Assert.Contains("save after the same step", Of(Sights.Training with { SaveAsked = true }).Pending, StringComparison.Ordinal);
        Assert.Contains("drains", Of(Sights.Training with { SaveAsked = true, DrainAsked = true }).Pending, StringComparison.Ordinal);
        Assert.Null(Of(Sights.Training with { State = RunState.Finished, DrainAsked = true }).Pending);
    }

    /// <summary>
    /// The machine's clock was set an hour forward since the coordinator started: durations are as long as they were, moments are those of
    /// the machine.
    /// </summary>
    [Fact]
    public void Of_AfterTheWallClockWasSet_TellsMomentsOfTheMachine()
    {
        var status = Of(Sights.Training with { WallClock = Sights.Now.AddHours(1) });
        Assert.Equal(Sights.Now.AddHours(1), status.Time);
        Assert.Equal(status.Time.AddSeconds(-90), status.Events[0].Time);
        Assert.Equal(90, status.StateSeconds);
    }

    [Fact]
    public void Write_AnyStatus_ReadsBackTheSame()
    {
        string json = StatusJson.Write(Of(Sights.Training));
        Assert.Equal(json, StatusJson.Write(StatusJson.Read(json)));
        Assert.Contains("\"samples_per_second\":652", json, StringComparison.Ordinal);
        Assert.Contains("\"health\":\"good\"", json, StringComparison.Ordinal);
    }

    private RunStatus Of(RunSight sight) => StatusBuilder.Of(sight, _run.Options(), []);

    private static WorkerMessage Still(Phase phase, string operation, int waitsFor, double seconds) =>
        new()
        {
            Standstill = new()
            {
                Step = 201,
                Phase = phase,
                Operation = operation,
                WaitsFor = waitsFor,
                Seconds = seconds,
            },
        };
}
