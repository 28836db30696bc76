using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;
using Lockstep.Core.Topology;
using Lockstep.Worker.Control;

namespace Lockstep.Worker.Step;

/// <summary>
/// All or nothing (law 5): each worker votes once its gradients are complete and finite, and updates only when all have voted yes. The
/// votes carry along what else all must know of the step: its loss, its samples, and what is to be done at its border.
/// </summary>
internal sealed class CommitVote(ICollectives world, Plan plan)
{
    /// <summary>Casts this worker's vote and waits for the others'.</summary>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="own">What this worker found.</param>
    /// <param name="samples">The samples of this replica.</param>
    /// <param name="actions">What this worker wants done after the update.</param>
    /// <exception cref="NotFiniteException">A worker's gradients are not finite.</exception>
    /// <exception cref="PeerLostException">A worker did not vote.</exception>
    public Verdict Cast(long step, StepNumbers own, int samples, BorderActions actions)
    {
        var votes = world.Gather<Ballot>(
            new Operation(OperationKind.Vote, step),
            [new Ballot(own.Infected is null ? 1 : 0, (int)actions, samples, own.Loss)]
        );
        if (own.Infected is { } infected)
        {
            throw new NotFiniteException(
                $"the gradient of '{infected}' is not finite in step {step + 1}; the update was not made. Lower the learning rate (--set "
                    + "optimizer.rate=...)."
            );
        }

        int against = Array.FindIndex(votes, v => v.Yes == 0);
        if (against >= 0)
        {
            throw new NotFiniteException(
                $"{plan.Members[against]} has a gradient that is not finite in step {step + 1}; the update was not made. Its own log "
                    + "names the layer.",
                against
            );
        }

        // every shard of a replica votes with the same loss; the replicas' losses are shares of one mean
        var heads = Enumerable.Range(0, plan.Topology.Replicas).Select(r => votes[plan.Topology.RankOf(new Slot(r, 0))]).ToList();
        return new Verdict(
            heads.Sum(h => h.Loss),
            heads.Sum(h => h.Samples),
            (BorderActions)votes.Aggregate(0, (all, v) => all | v.Actions)
        );
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Ballot(int Yes, int Actions, long Samples, double Loss);
}
