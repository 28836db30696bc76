using System.Text.Json;
using Google.Protobuf.Collections;
using Lockstep.Core.Membership;
using Lockstep.Core.Metrics;
using Lockstep.Core.Runs;
using Lockstep.Core.Schedules;
using Lockstep.Core.Topology;
using Plans = Lockstep.Core.Plans;
using Wire = Lockstep.Protocol.V1;

namespace Lockstep.Hosting;

/// <summary>Plans, metrics and states as they travel.</summary>
public static class ControlMapping
{
    /// <summary>The message that gives one worker its place in a plan.</summary>
    public static Wire.Plan ToWire(this Plans.Plan plan, int rank, string peerToken)
    {
        var message = new Wire.Plan
        {
            RunId = plan.RunId,
            Generation = plan.Generation,
            Replicas = plan.Topology.Replicas,
            Shards = plan.Topology.Shards,
            Rank = rank,
            StartStep = plan.StartStep,
            DeadlineSeconds = plan.Deadline.TotalSeconds,
            PeerToken = peerToken,
            Checkpoint = plan.Checkpoint ?? "",
            EvaluateFirst = plan.EvaluateFirst,
            MeasureSpeed = plan.MeasuresSpeed,
            KeepEvery = plan.KeepEvery,
            KeepsFactors = plan.KeepsFactors,
        };
        message.Donors.AddRange(plan.Donors ?? []);
        message.Keepers.AddRange(plan.Keepers.Select(k => new Wire.Keeper { Rank = k.Rank, Holds = k.Holds }));
        message.Evaluations.AddRange(plan.Evaluations.Select(e => new Wire.Evaluated { Step = e.Step, Metrics = { e.Metrics.ToWire() } }));
        message.Members.AddRange(plan.Members.Select(ToWire));
        return message;
    }

    public static Wire.Member ToWire(this Plans.Member member) =>
        new()
        {
            WorkerId = member.WorkerId,
            Host = member.Host,
            ProcessId = member.ProcessId,
            PeerAddress = member.PeerAddress,
        };

    /// <summary>The plan that a worker received.</summary>
    public static Plans.Plan ToPlan(this Wire.Plan message)
    {
        var topology = new RunTopology(message.Replicas, message.Shards);
        var members = message.Members.Select(
            (m, rank) => new Plans.Member(rank, topology.SlotOf(rank), m.WorkerId, m.Host, m.ProcessId, m.PeerAddress)
        );
        return new Plans.Plan(
            message.RunId,
            message.Generation,
            topology,
            [.. members],
            message.StartStep,
            TimeSpan.FromSeconds(message.DeadlineSeconds)
        )
        {
            Donors = message.Donors.Count > 0 ? [.. message.Donors] : null,
            Keepers = [.. message.Keepers.Select(k => new Plans.Keeper(k.Rank, k.Holds))],
            Checkpoint = message.Checkpoint.Length > 0 ? message.Checkpoint : null,
            EvaluateFirst = message.EvaluateFirst,
            MeasuresSpeed = message.MeasureSpeed,
            KeepEvery = message.KeepEvery,
            KeepsFactors = message.KeepsFactors,
            Evaluations = [.. message.Evaluations.Select(e => new Evaluation(e.Step, e.Metrics.ToValues()))],
        };
    }

    public static IEnumerable<Wire.MetricValue> ToWire(this MetricValues metrics) =>
        metrics.Select(m => new Wire.MetricValue { Name = m.Name, Value = m.Value });

    /// <summary>The metrics that a message brought.</summary>
    public static MetricValues ToValues(this RepeatedField<Wire.MetricValue> metrics) =>
        [.. metrics.Select(m => new Metric(m.Name, m.Value))];

    public static IEnumerable<Wire.UsedTime> ToWire(this Goodput goodput) =>
        goodput.Uses.Select(u => new Wire.UsedTime { Use = Enum.Parse<Wire.UsedTime.Types.Use>($"{u.Use}"), Seconds = u.Seconds });

    /// <summary>What a run's seconds went to.</summary>
    public static Goodput ToGoodput(this RepeatedField<Wire.UsedTime> time) =>
        new([
            .. time.Where(u => Enum.IsDefined(u.Use) && u.Use != Wire.UsedTime.Types.Use.Unspecified)
                .Select(u => new UsedTime(Enum.Parse<TimeUse>($"{u.Use}"), u.Seconds)),
        ]);

    public static Wire.StateChanged.Types.State ToWire(this RunState state) => Enum.Parse<Wire.StateChanged.Types.State>($"{state}");

    public static RunState ToState(this Wire.StateChanged.Types.State state) => Enum.Parse<RunState>($"{state}");

    public static Wire.WorkerChanged.Types.Stage ToWire(this WorkerStage stage) => Enum.Parse<Wire.WorkerChanged.Types.Stage>($"{stage}");

    public static WorkerStage ToStage(this Wire.WorkerChanged.Types.Stage stage) => Enum.Parse<WorkerStage>($"{stage}");

    /// <summary>What logs and programs call it: <c>local</c>, <c>grpc</c>, <c>shm</c> or <c>nccl</c>.</summary>
    public static string Name(this Wire.Link.Types.Transport transport) =>
        transport == Wire.Link.Types.Transport.SharedMemory ? "shm" : Word(transport);

    /// <summary>What a run's environment calls it; empty where it was not said.</summary>
    public static string Name(this Wire.Join.Types.Collectives collectives) =>
        collectives switch
        {
            Wire.Join.Types.Collectives.Mesh => RunEnvironment.Mesh,
            Wire.Join.Types.Collectives.Nccl => RunEnvironment.Nccl,
            _ => "",
        };

    /// <summary>The word of a value that travels, as logs and programs read it: lower case, with dashes between words.</summary>
    public static string Word(this Enum value) => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}");
}
