using AlexNet.Testing;
using Google.Protobuf;
using Lockstep.Coordinator.TensorBoard;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockstep.Coordinator.Tests.TensorBoard;

public sealed class EventLogTests : IDisposable
{
    private readonly TemporaryFolder _run = new();

    [Fact]
    public void Write_StepsAndEpochs_AreScalarsByStep()
    {
        using (var log = Log(1))
        {
            log.Begin(0);
            log.Write(
                new StepDone
                {
                    Step = 1,
                    Loss = 2.5,
                    Rate = 0.01,
                    SamplesPerSecond = 300,
                }
            );
            log.Write(
                new EpochDone
                {
                    Epoch = 1,
                    Step = 1,
                    Loss = 2.25,
                    Metrics = { Measured.Of(2, 0.25, 0.75).ToWire() },
                }
            );
        }
        var events = Records.EventsOf(_run.Path);
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal((1L, SessionLog.Types.Status.Start), (events[1].Step, events[1].SessionLog.Status));
        Assert.Equal([("loss/train", 2.5f), ("rate", 0.01f), ("samples_per_second", 300f)], Scalars(events[2]));
        Assert.Equal(
            [("loss/train_epoch", 2.25f), ("loss/test", 2f), ("accuracy/top1", 0.25f), ("accuracy/top5", 0.75f)],
            Scalars(events[3])
        );
        Assert.All(events, e => Assert.InRange(e.WallTime, 1.7e9, 1e11)); // seconds
    }

    [Fact]
    public void Begin_StepsToBeMadeAgain_TakesBackWhatWasToldOfThem()
    {
        using (var log = Log(1))
            log.Begin(41);
        Assert.Equal(42, Records.EventsOf(_run.Path)[^1].Step);
    }

    [Fact]
    public void Write_NextStartOfTheCoordinator_HasAFileOfItsOwnThatSortsLater()
    {
        using (var first = Log(9))
            first.Begin(0);
        using (var second = Log(10))
            second.Begin(5);
        Assert.Equal([1, 6], Records.FilesOf(_run.Path).Select(f => Event.Parser.ParseFrom(Records.Read(f).Last()).Step));
    }

    [Fact]
    public void Write_NoRoom_CostsPointsAndNotTheRun()
    {
        File.WriteAllText(_run["tensorboard"], "in the way of the directory");
        using (var log = Log(1))
        {
            log.Write(new StepDone { Step = 1 });
            File.Delete(_run["tensorboard"]);
            log.Write(new StepDone { Step = 2 });
        }
        Assert.Equal(2, Records.EventsOf(_run.Path)[^1].Step);
    }

    /// <summary>The field numbers and types of TensorBoard's own schema, byte by byte.</summary>
    [Fact]
    public void Event_OnTheWire_IsWhatTensorBoardReads()
    {
        var scalar = new Event
        {
            WallTime = 1,
            Step = 2,
            Summary = new Summary
            {
                Value =
                {
                    new Summary.Types.Value { Tag = "a", SimpleValue = 1 },
                },
            },
        };
        Assert.Equal("09000000000000F03F" + "1002" + "2A0A" + "0A08" + "0A0161" + "150000803F", Convert.ToHexString(scalar.ToByteArray()));
        Assert.Equal(
            "0A08" + "0A0161" + "1500000000",
            Convert.ToHexString(
                new Summary
                {
                    Value =
                    {
                        new Summary.Types.Value { Tag = "a", SimpleValue = 0 },
                    },
                }.ToByteArray()
            )
        );
        Assert.Equal("1A0162", Convert.ToHexString(new Event { FileVersion = "b" }.ToByteArray()));
        Assert.Equal(
            "1003" + "3A020801",
            Convert.ToHexString(
                new Event
                {
                    Step = 3,
                    SessionLog = new SessionLog { Status = SessionLog.Types.Status.Start },
                }.ToByteArray()
            )
        );
    }

    public void Dispose() => _run.Dispose();

    private EventLog Log(long term) => new(_run.Path, term, TimeProvider.System, NullLogger.Instance);

    private static IEnumerable<(string, float)> Scalars(Event entry) => entry.Summary.Value.Select(v => (v.Tag, v.SimpleValue));
}
