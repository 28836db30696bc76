using Lockstep.Core.Schedules;
using Lockstep.Core.Topology;
using Plans = Lockstep.Core.Plans;
using Wire = Lockstep.Protocol.V1;

namespace Lockstep.Hosting;

/// <summary>Plans as they travel.</summary>
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
        };
        message.Donors.AddRange(plan.Donors ?? []);
        message.Evaluations.AddRange(plan.Evaluations.Select(e => new Wire.Evaluated { Step = e.Step, Top1 = e.Top1 }));
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
            Checkpoint = message.Checkpoint.Length > 0 ? message.Checkpoint : null,
            EvaluateFirst = message.EvaluateFirst,
            MeasuresSpeed = message.MeasureSpeed,
            Evaluations = [.. message.Evaluations.Select(e => new Evaluation(e.Step, e.Top1))],
        };
    }
}
