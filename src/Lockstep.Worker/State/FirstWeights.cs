using System.IO.Hashing;
using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Worker.State;

/// <summary>
/// Replicas begin with the same weights and state. Gradients that come from different weights would be summed without anybody's noticing.
/// </summary>
internal static class FirstWeights
{
    /// <param name="trainable">What this worker begins with.</param>
    /// <param name="replicas">The holders of the same part.</param>
    /// <exception cref="BadInputException">Something differs; the first that does is named, in the order of the net.</exception>
    /// <exception cref="PeerLostException">Another worker did not come.</exception>
    public static void RequireEqual(ITrainable trainable, ICollectives replicas)
    {
        if (replicas.Size == 1)
            return;
        (string Name, Tensor Value)[] tensors =
        [
            .. trainable.Parameters.Select(p => (p.Name, p.Value)),
            .. trainable.State.Select(s => (s.Name, s.Value)),
        ];
        ulong[] own = [.. tensors.Select(t => HashOf(t.Value))];
        ulong[] all = replicas.Gather<ulong>(new Operation(OperationKind.State, 0, 0), own);
        for (int i = 0; i < own.Length; i++)
        {
            for (int replica = 1; replica < replicas.Size; replica++)
            {
                if (all[replica * own.Length + i] != all[i])
                {
                    throw new BadInputException(
                        $"'{tensors[i].Name}' differs between replica 0 and replica {replica} before the first step; all replicas must "
                            + "begin with the same weights. Make the net from torch's own random numbers, which every worker seeds alike, "
                            + "or from generators with a seed of their own."
                    );
                }
            }
        }
    }

    private static ulong HashOf(Tensor value)
    {
        using var scope = NewDisposeScope();
        return XxHash3.HashToUInt64(value.detach().cpu().contiguous().bytes);
    }
}
