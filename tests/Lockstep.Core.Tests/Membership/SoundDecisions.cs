using Lockstep.Core.Membership;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Tests.Membership;

/// <summary>What holds of every decision and every assignment, whatever has happened before.</summary>
internal static class SoundDecisions
{
    /// <summary>A decision has a reason: a sentence, or the words of a worker.</summary>
    public static void AssertReason(Decision decision, IReadOnlyList<WorkerSnapshot> workers)
    {
        Assert.False(string.IsNullOrWhiteSpace(decision.Reason));
        Assert.True(
            decision.Reason.EndsWith('.')
                || workers.Any(w => w.Problem is { } problem && decision.Reason.EndsWith(problem, StringComparison.Ordinal)),
            decision.Reason
        );
    }

    /// <summary>Slots are filled once, and where every shard has a survivor, no update that anybody made is lost.</summary>
    /// <param name="assignment">Of the next generation.</param>
    /// <param name="available">Whom it could choose from.</param>
    /// <param name="topology">Of the next generation.</param>
    /// <param name="generation">The one before it.</param>
    public static void AssertAssignment(
        Assignment assignment,
        IReadOnlyList<WorkerSnapshot> available,
        RunTopology topology,
        long generation
    )
    {
        Assert.Equal(topology.Workers, assignment.Members.Count); // whole replicas
        Assert.Equal(assignment.Members.Count, assignment.Members.Select(m => m.Id).Distinct().Count());
        Assert.All(assignment.Members, m => Assert.Contains(m, available));

        var standing = available
            .Where(w => w.Standing is { } s && s.Generation == generation)
            .Select(w => w.Standing)
            .OfType<Standing>()
            .ToList();
        bool everyShardSurvives = standing.Select(s => s.Shard).Distinct().Count() == topology.Shards;
        Assert.Equal(everyShardSurvives, assignment.Donors is not null); // law 5: one survivor of each shard is enough
        if (assignment.Donors is not { } donors)
            return;
        Assert.Equal(standing.Max(s => s.Applied), assignment.Step); // no update that anybody made is lost
        for (int rank = 0; rank < donors.Count; rank++)
        {
            Assert.Equal(donors[rank], donors[donors[rank]]); // a donor goes on with its own
            var given = assignment.Members[donors[rank]].Standing;
            Assert.True(given is not null && given.Reaches(assignment.Step) && given.Shard == topology.SlotOf(rank).Shard);
        }
    }
}
