using AlexNet.Core.Collectives;
using AlexNet.Core.Plans;
using AlexNet.Model;
using AlexNet.Model.Parameters;
using static TorchSharp.torch;

namespace AlexNet.Worker;

/// <summary>
/// All or nothing (law 5): each worker votes once its gradients are complete and finite, and updates only when all have voted yes.
/// </summary>
internal sealed class CommitVote(ICollectives world, Plan plan, IReadOnlyList<Parameter> parameters)
{
    private const byte Yes = 1, No = 0;

    /// <summary>Casts this worker's vote and waits for the others'.</summary>
    /// <exception cref="NotFiniteException">A worker's gradients are not finite.</exception>
    /// <exception cref="PeerLostException">A worker did not vote.</exception>
    public void Cast(long step)
    {
        string? infected = parameters.FirstOrDefault(p => !IsFinite(p))?.Name;
        byte[] votes = Gather(world, new Operation(OperationKind.Vote, step), infected is null ? Yes : No);

        if (infected is not null)
            throw new NotFiniteException($"the gradient of '{infected}' is not finite in step {step + 1}; the update was not made. Lower the learning rate (--set optimizer.rate=...).");
        int against = Array.IndexOf(votes, No);
        if (against >= 0)
            throw new NotFiniteException($"{plan.Members[against]} has a gradient that is not finite in step {step + 1}; the update was not made. Its own log names the layer.", against);
    }

    /// <summary>Returns once every worker has come this far.</summary>
    public static void Barrier(ICollectives world, long step) => Gather(world, new Operation(OperationKind.Barrier, step), Yes);

    private static byte[] Gather(ICollectives world, Operation operation, byte own)
    {
        using var values = zeros(world.Size, dtype: ScalarType.Byte);
        values.bytes[world.Rank] = own;
        var memory = HostMemory.Of(values);
        world.AllGather(operation, [.. Enumerable.Range(0, world.Size).Select(rank => memory.Slice(rank, 1))]).Wait();
        return values.bytes.ToArray();
    }

    private static bool IsFinite(Parameter parameter)
    {
        // one read of the gradient: its sum is finite only if every element is (or its overflow is itself a reason to stop)
        using var sum = parameter.Gradient().sum();
        return float.IsFinite(sum.cpu().item<float>());
    }
}

/// <summary>Training has diverged: a value is infinite or not a number.</summary>
internal sealed class NotFiniteException(string message, int rank = -1) : Exception(message)
{
    /// <summary>The other worker whose value it is; -1 for one's own.</summary>
    public int InfectedRank { get; } = rank;
}
