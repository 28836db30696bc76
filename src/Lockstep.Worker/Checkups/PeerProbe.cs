using System.Diagnostics;
using Lockstep.Core.Collectives;
using Lockstep.Core.Machines;
using Lockstep.Torch.Memory;
using Lockstep.Transport.Mesh;
using static TorchSharp.torch;

namespace Lockstep.Worker.Checkups;

/// <summary>
/// Measures the links of neighbours in the order of ranks, two by two, so that a slow one is told from the others: some tens of
/// milliseconds, once in a run.
/// </summary>
internal static class PeerProbe
{
    private const int Rounds = 3, // of which the best counts
        Long = 1 << 20, // bytes
        Short = 64,
        FirstPoint = 100; // of the operations, behind those of the speed probe

    /// <param name="mesh">Connected.</param>
    /// <param name="rank">This worker's.</param>
    /// <returns>The speeds to its neighbours.</returns>
    /// <exception cref="PeerLostException">A neighbour is gone.</exception>
    public static IReadOnlyList<PeerSpeed> Measure(PeerMesh mesh, int rank)
    {
        int workers = mesh.Plan.Members.Count;
        var speeds = new List<PeerSpeed>();
        foreach (int other in (int[])[rank ^ 1, ((rank + 1) ^ 1) - 1]) // 0 and 1, 2 and 3, ...; then 1 and 2, 3 and 4, ...
        {
            if (other < 0 || other >= workers)
                continue;
            int[] pair = [Math.Min(rank, other), Math.Max(rank, other)];
            var group = mesh.Group(pair);
            int point = FirstPoint + 2 * Rounds * pair[0];
            double way = Best(group, Short, point),
                whole = Best(group, Long, point + Rounds);
            speeds.Add(new(other, way, Long / whole));
        }
        return speeds;
    }

    private static double Best(ICollectives group, int bytes, int point)
    {
        using var all = zeros(2L * bytes, dtype: ScalarType.Byte);
        var memory = LentMemory.Of(all);
        TensorMemory[] parts = [memory.Slice(0, bytes), memory.Slice(bytes, bytes)];
        double best = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            long begun = Stopwatch.GetTimestamp();
            group.AllGather(new Operation(OperationKind.Probe, 0, point + round), parts).Wait();
            best = Math.Min(best, Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }
        return best;
    }
}
