using System.Collections.Concurrent;
using CsCheck;
using Lockstep.Core.Membership;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Tests.Membership;

/// <summary>
/// The policy and the assigner together, over random histories of a run; <see cref="RandomHistory"/> checks every decision.
/// </summary>
public class HistoryTests
{
    private const int Histories = 2_000,
        Events = 300,
        MostRestarts = 3;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(3, 2, 1)]
    public void In_any_history_slots_are_filled_once_replicas_are_whole_no_update_is_lost_and_every_decision_has_a_reason(
        int replicas,
        int shards,
        int leastReplicas
    )
    {
        var options = new MembershipOptions(new RunTopology(replicas, shards), TimeSpan.FromSeconds(60))
        {
            LeastReplicas = leastReplicas,
            MostRestarts = MostRestarts,
        };
        var ended = new ConcurrentBag<RandomHistory>();
        Gen.UInt.Array[Events]
            .Sample(
                events =>
                {
                    var history = new RandomHistory(options);
                    foreach (uint number in events)
                        history.Happen(number);
                    ended.Add(history);
                },
                iter: Histories
            );

        // the histories reach what they are about
        Assert.Contains(ended, h => h.State == RunState.Finished && h.Restarts > 0);
        Assert.Contains(ended, h => h.State == RunState.Failed && h.Restarts == MostRestarts);
        Assert.Contains(ended, h => h.Generations > 2);
        Assert.True(replicas == 1 || ended.Any(h => h.LiveGenerations > 1));
    }
}
