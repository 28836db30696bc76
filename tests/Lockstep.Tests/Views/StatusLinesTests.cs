using Lockstep.Core.Status;
using Lockstep.Views;
using Spectre.Console;

namespace Lockstep.Tests.Views;

public class StatusLinesTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(160)]
    public void Of_AnyWidth_FitsAndTellsWhoIsInTrouble(int columns)
    {
        string text = Render(Status(), columns);
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, columns));
        foreach (
            string expected in (string[])
                [
                    "quickstart  running",
                    "epoch 2/5  step 200/785  loss 0.3112",
                    "25%",
                    "0/1",
                    "Worker w1 is hung. It says nothing.",
                    "Nothing is saved yet.",
                ]
        )
        {
            Assert.Contains(expected, text, StringComparison.Ordinal);
        }

        Assert.Equal(
            columns != 80,
            string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                .Contains("forward 30%", StringComparison.Ordinal)
        ); // where there is room, and where each worker has lines of its own
    }

    [Fact]
    public void Of_ARunThatHasNotBegun_HasNoTable()
    {
        string text = Render(
            Status() with
            {
                Workers = [],
                Progress = new ProgressStatus { Step = 0, Epochs = 5 },
            },
            80
        );
        Assert.Contains("epoch -/5  step 0/-  loss -", text, StringComparison.Ordinal);
        Assert.DoesNotContain("worker", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image")]
    [InlineData("sample")]
    public void Of_ARunOfAnyNet_CountsWhatItCountsByItsName(string noun)
    {
        string text = Render(Status() with { SampleNoun = noun, Workers = [Worker("w0", 0, WorkerHealth.Good, "")] }, 160);
        Assert.Equal(2, text.Split($" {noun}s/s").Length - 1); // of the run, and above the workers' column
    }

    [Fact]
    public void Of_ARunThatIsOver_TellsNoTimeThatGoesOn()
    {
        var running = Status() with { Workers = [Worker("w0", 0, WorkerHealth.Done, "") with { LastMessageSeconds = 7 }] };
        Assert.Contains("(7 s ago)", Render(running, 160), StringComparison.Ordinal);
        Assert.Contains("left -", Render(running, 160), StringComparison.Ordinal);
        string over = Render(running with { IsOver = true, State = "finished" }, 160);
        Assert.DoesNotContain("ago", over, StringComparison.Ordinal);
        Assert.DoesNotContain("left", over, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_MoreEventsThanAreShown_SaysHowMany()
    {
        var events = Enumerable
            .Range(0, 9)
            .Select(i => new EventStatus(
                new DateTimeOffset(2026, 1, 1, 14, 0, i, TimeSpan.FromHours(2)),
                "state",
                $"Event {i}",
                "",
                false
            ));
        string text = Render(Status() with { Events = [.. events] }, 80);
        Assert.Contains("Events, the newest 8 of 9; times are UTC:", text, StringComparison.Ordinal);
        Assert.Contains("12:00:07 Event 7", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Event 8", text, StringComparison.Ordinal);
    }

    private static string Render(RunStatus status, int columns)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = columns;
        console.Write(StatusLines.Of(status, columns));
        return text.ToString();
    }

    private static RunStatus Status() =>
        new()
        {
            Time = DateTimeOffset.UnixEpoch,
            RunId = "quickstart-1",
            Recipe = "quickstart",
            Version = "1",
            State = "running",
            Reason = "Workers are training.",
            StateSeconds = 1,
            IsOver = false,
            Term = 1,
            Generation = 1,
            Restarts = 0,
            MostRestarts = 10,
            Replicas = 1,
            Shards = 2,
            RunDirectory = "/runs/1",
            Progress = new ProgressStatus
            {
                Step = 200,
                TotalSteps = 785,
                Epoch = 2,
                Epochs = 5,
                Share = 200 / 785.0,
                Loss = 0.3112,
                SamplesPerSecond = 652,
            },
            Workers = [Worker("w0", 0, WorkerHealth.Good, "It trains."), Worker("w1", 1, WorkerHealth.Hung, "It says nothing.")],
            Events = [new EventStatus(DateTimeOffset.UnixEpoch, "state", "Training", "All are [there].", false)],
            Checkpoints = [],
            Curves = new CurvesStatus(),
        };

    private static WorkerStatus Worker(string id, int shard, WorkerHealth health, string why) =>
        new()
        {
            Id = id,
            Replica = 0,
            Shard = shard,
            Host = "node-a",
            ProcessId = 4711,
            Device = "cpu",
            Health = health,
            Why = why,
            SamplesPerSecond = 652,
            StepSeconds = 0.098,
            StragglerScore = 1,
            Phases = [new("load", 0.02), new("forward", 0.3), new("backward", 0.5), new("exchange", 0.18)],
            LastMessage = "step 200 done",
            LastMessageSeconds = 0.1,
        };
}
