using System.Diagnostics;
using Lockstep.Core.Collectives;
using Lockstep.Core.Reductions;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Memory;
using static TorchSharp.torch;

namespace Lockstep.Worker.Run;

/// <summary>Measures what the choice of factors depends on, while all workers do the same: a fraction of a second, once in a run.</summary>
internal static class SpeedProbe
{
    private const int Bytes = 4 << 20; // sent to each other replica in a round
    private const int Rounds = 3; // of which the best counts; the first also waits for the others
    private const int Samples = 128,
        Inputs = 2048,
        Outputs = 1024; // of the product

    /// <param name="replicas">The holders of the same arithmetic.</param>
    /// <param name="arithmetic">Says where products are made, and of what numbers.</param>
    /// <exception cref="PeerLostException">Another worker did not come.</exception>
    public static WorkerSpeed Measure(ICollectives replicas, Arithmetic arithmetic)
    {
        using var all = zeros((long)replicas.Size * Bytes, dtype: ScalarType.Byte, device: replicas.TakesDevice ? arithmetic.Device : CPU);
        var memory = LentMemory.Of(all);
        var parts = Enumerable.Range(0, replicas.Size).Select(r => memory.Slice((long)r * Bytes, Bytes)).ToArray();
        double seconds = Best(round => replicas.AllGather(new Operation(OperationKind.Probe, 0, round), parts).Wait());
        return new((replicas.Size - 1) * (double)Bytes / seconds, 2.0 * Samples * Inputs * Outputs / Products(arithmetic));
    }

    private static double Products(Arithmetic arithmetic)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (x, y) = (
            ones(Samples, Inputs, dtype: arithmetic.ProductType, device: arithmetic.Device),
            ones(Outputs, Samples, dtype: arithmetic.ProductType, device: arithmetic.Device)
        );
        return Best(_ =>
        {
            using var product = y.mm(x);
            using var read = product[0, 0].cpu(); // a GPU is waited for
        });
    }

    private static double Best(Action<int> round) =>
        Enumerable
            .Range(0, Rounds)
            .Min(r =>
            {
                long start = Stopwatch.GetTimestamp();
                round(r);
                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            });
}
