using AlexNet.Testing;
using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Run;
using Lockstep.Core.Membership;
using Lockstep.Core.Status;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Tests.Watching;

/// <summary>A run of two shards in the middle of its training, as a coordinator sees it.</summary>
internal static class Sights
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly RunTopology Topology = new(1, 2);

    public static RunSight Training { get; } =
        new("quickstart-1", RunState.Running, Now.AddSeconds(-90), "Workers are training.", Plan())
        {
            Now = Now,
            WallClock = Now,
            Term = 1,
            TrainSamples = 10_000,
            Step = 200,
            LastEpoch = new EpochDone
            {
                Epoch = 1,
                Step = 157,
                Metrics = { Measured.Of(0.6, 0.71, 0.98).ToWire() },
            },
            Evaluations = [Measured.At(157, 0.71)],
            Curves = Curves(),
            Timeline = new TimelineSnapshot(
                [new EventStatus(Now.AddSeconds(-90), "state", "Training", "All 2 workers are connected to each other.", false)],
                [],
                [Pace(1), Pace(1.1)]
            )
            {
                Step = new StepDone
                {
                    Step = 200,
                    Epoch = 2,
                    Loss = 0.3112,
                    Rate = 0.01,
                    SamplesPerSecond = 652,
                },
                SecondsPerStep = 0.1,
            },
            Workers = [Seen("w0", 0, Step(200), 0.05), Seen("w1", 1, Step(200), 0.06)],
        };

    public static SeenWorker Seen(string id, int? rank, WorkerMessage? last, double secondsAgo, WorkerStage stage = WorkerStage.Ready) =>
        new(
            new WorkerSnapshot(id, "node-a", 4711, "http://10.0.0.1:5001", stage) { Rank = rank, LastStep = 200 },
            "cpu",
            last,
            Now.AddSeconds(-secondsAgo)
        );

    public static WorkerMessage Step(long step) => new() { Step = new StepReport { Step = step } };

    public static WorkerPace Pace(double score) =>
        new(
            652,
            0.1,
            [new("load", 0.1), new("forward", 0.3), new("exchange", 0.2), new("backward", 0.3), new("update", 0.1)],
            new OwnTime(0.08 * score, score, "forward")
        );

    private static Plan Plan() =>
        new(
            "quickstart-1",
            1,
            Topology,
            [
                .. Topology.AllRanks.Select(rank => new Lockstep.Core.Plans.Member(
                    rank,
                    Topology.SlotOf(rank),
                    $"w{rank}",
                    "node-a",
                    4711,
                    "http://10.0.0.1:5001"
                )),
            ],
            0,
            TimeSpan.FromSeconds(60)
        );

    private static CurvesStatus Curves()
    {
        var (loss, accuracy) = (new ThinnedCurve(), new ThinnedCurve());
        for (int step = 1; step <= 200; step++)
            loss.Add(step, 2.3 / Math.Sqrt(step));
        accuracy.Add(157, 0.71);
        return new CurvesStatus
        {
            Loss = loss.Points,
            Metrics = new Dictionary<string, IReadOnlyList<CurvePoint>> { ["top1"] = accuracy.Points },
        };
    }
}
