using Lockstep.Coordinator.Recording;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Tests.Watching;

public class StatusTimelineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly StatusTimeline _timeline = new();

    public StatusTimelineTests() =>
        Take(
            new()
            {
                State = new() { State = StateChanged.Types.State.Waiting, Reason = "None has joined." },
            }
        );

    [Fact]
    public void Take_WhatAnEarlierCoordinatorTold_IsNoEvent()
    {
        var timeline = new StatusTimeline();
        timeline.Take(
            new()
            {
                Epoch = new() { Epoch = 1, Step = 10 },
            },
            Noon
        );
        Assert.Empty(timeline.Now().Events);
    }

    [Fact]
    public void Take_ALossToldTwice_IsOneEventWithTheBetterReason()
    {
        Begin();
        Take(Changed("w1", WorkerChanged.Types.Stage.Lost, "its connection closed"));
        Take(
            Changed(
                "w1",
                WorkerChanged.Types.Stage.Lost,
                "worker w1 (replica 0, shard 1), process 2 on b, was lost during reduce 3 of step 41: connection lost"
            ),
            later: 2
        );
        var now = _timeline.Now();
        var told = Assert.Single(now.Events, e => e.Title == "Worker w1 is gone");
        Assert.Equal((Noon, true), (told.Time, told.IsTrouble));
        Assert.Contains("during reduce 3 of step 41", told.Reason, StringComparison.Ordinal);
        var gone = Assert.Single(now.Gone);
        Assert.Equal(("w1", 1, Noon), (gone.Id, gone.Slot?.Shard, gone.Since));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Take_ALossThatEndsAGeneration_HasItsReasonInOneEvent(bool isWorkerFirst)
    {
        const string loss = "worker w1 (replica 0, shard 1), process 2 on b, was lost during reduce 3 of step 41: connection lost";
        Begin();
        if (isWorkerFirst)
            Take(Changed("w1", WorkerChanged.Types.Stage.Lost, loss));
        Take(
            new()
            {
                State = new()
                {
                    State = StateChanged.Types.State.Settling,
                    Reason = "worker w1 (replica 0, shard 1), process 2 on b, was lost after step 40: its connection broke",
                },
            }
        );
        Take(Changed("w0", WorkerChanged.Types.Stage.Stopped, loss));
        Take(
            new()
            {
                State = new() { State = StateChanged.Types.State.Waiting, Reason = loss },
            }
        );
        if (!isWorkerFirst)
            Take(Changed("w1", WorkerChanged.Types.Stage.Lost, loss));
        Assert.Equal(
            "Worker w1 is gone",
            Assert.Single(_timeline.Now().Events, e => e.Reason.Contains("was lost", StringComparison.Ordinal)).Title
        );
    }

    [Fact]
    public void Take_AWorkerThatComesAgain_IsGoneNoMore()
    {
        Begin();
        Take(Changed("w1", WorkerChanged.Types.Stage.Lost, "its connection closed"));
        Take(Changed("w1", WorkerChanged.Types.Stage.Joined, "on device cpu"), later: 5);
        Assert.Empty(_timeline.Now().Gone);
    }

    [Fact]
    public void Take_MoreEventsThanAreKept_KeepsTheNewest()
    {
        for (int i = 1; i <= 200; i++)
        {
            Take(
                new()
                {
                    Checkpoint = new()
                    {
                        Step = i,
                        Directory = "d",
                        Bytes = 1_500_000,
                        Seconds = 0.25,
                    },
                }
            );
        }

        var now = _timeline.Now();
        Assert.Equal((50, "Step 200 is saved", 200), (now.Events.Count, now.Events[0].Title, now.Saves));
    }

    [Fact]
    public void Now_StepsOfAGeneration_TellTheirPaceWithAllThatComesBetween()
    {
        Begin();
        for (int step = 11; step <= 15; step++)
            Step(step, seconds: 100 + 2 * step);
        Assert.Equal(2, _timeline.Now().SecondsPerStep);
        Begin(generation: 2);
        Assert.Null(_timeline.Now().SecondsPerStep);
        Assert.Empty(_timeline.Now().Paces);
    }

    [Fact]
    public void Now_AWorkerThatNeedsLonger_HasAScoreAndAPhase()
    {
        Begin();
        for (int step = 1; step <= 5; step++)
            Step(step, step);
        var paces = _timeline.Now().Paces;
        Assert.Equal([1.0, 2.0], paces.Select(p => Math.Round(p.OwnTime?.Score ?? 0, 6)));
        Assert.Equal("backward", paces[1].OwnTime?.Phase);
        Assert.Equal(0.5, paces[0].Phases.Single(p => p.Phase == "exchange").Share, 6);
        Assert.Equal((160, 0.1), (Math.Round(paces[0].SamplesPerSecond, 6), Math.Round(paces[0].StepSeconds, 6)));
    }

    private void Begin(long generation = 1) =>
        Take(
            new()
            {
                Generation = new()
                {
                    Generation = generation,
                    Replicas = 1,
                    Source = GenerationBegun.Types.Source.Start,
                    Members =
                    {
                        new Member { WorkerId = "w0" },
                        new Member { WorkerId = "w1" },
                    },
                },
            }
        );

    private void Step(long step, double seconds) =>
        _timeline.Take(
            new()
            {
                Seconds = seconds,
                Step = new()
                {
                    Step = step,
                    Workers =
                    {
                        new WorkerStep
                        {
                            SamplesPerSecond = 160,
                            StragglerScore = 1,
                            Phases = new()
                            {
                                Forward = 0.03,
                                Backward = 0.02,
                                Exchange = 0.05,
                                Total = 0.1,
                            },
                        },
                        new WorkerStep
                        {
                            SamplesPerSecond = 160,
                            StragglerScore = 2,
                            Phases = new()
                            {
                                Forward = 0.03,
                                Backward = 0.07,
                                Total = 0.1,
                            },
                        },
                    },
                },
            },
            Noon
        );

    private void Take(RunEvent entry, double later = 0) => _timeline.Take(entry, Noon.AddSeconds(later));

    private static RunEvent Changed(string id, WorkerChanged.Types.Stage stage, string message) =>
        new()
        {
            Worker = new()
            {
                WorkerId = id,
                Host = "b",
                ProcessId = 2,
                Stage = stage,
                Message = message,
            },
        };
}
