using System.Diagnostics;
using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;
using Lockstep.Torch.Memory;
using static TorchSharp.torch;

namespace Lockstep.Torch.Exchanging;

/// <summary>
/// The exchange between the shards of a replica. Forward, every shard gathers the channels of all; backward, every shard receives the sum
/// of the gradients that all shards have for its own channels. With one shard both are the identity.
/// </summary>
public sealed class Exchange(ICollectives collectives)
{
    /// <summary>Names the spans of exchanges, within a step that is traced.</summary>
    public const string SpanSource = "AlexNet.Model";

    private static readonly ActivitySource Spans = new(SpanSource);

    private readonly DeviceStaging _staging = new();
    private ICollectives _collectives = collectives;
    private TimeSpan _waited;

    /// <summary>Exchanges with the shards of another generation from now on.</summary>
    public void Use(ICollectives collectives) => _collectives = collectives;

    /// <summary>Joins own channels with those of the other shards.</summary>
    /// <param name="operation">Its name among the operations of the generation.</param>
    /// <param name="own">samples x own channels x ...</param>
    /// <param name="parts">The channels that each shard holds, in shard order.</param>
    /// <returns>samples x all channels x ..., without a history of gradients.</returns>
    public Tensor Gather(Operation operation, Tensor own, IReadOnlyList<Extent> parts)
    {
        own = own.detach();
        if (_collectives.Size == 1)
            return own;
        var staged = new Tensor[parts.Count];
        for (int rank = 0; rank < parts.Count; rank++)
        {
            staged[rank] =
                rank == _collectives.Rank ? Take(rank, own) : Room(rank, Resized(own, parts[rank].Length), own.dtype, own.device);
        }

        Wait(operation, _collectives.AllGather(operation, [.. staged.Select(LentMemory.Of)]));
        if (own.device_type == TorchSharp.DeviceType.CPU)
            return cat(staged, 1);
        return cat([.. staged.Select((part, rank) => rank == _collectives.Rank ? own : DeviceStaging.Send(part, own.device))], 1);
    }

    /// <summary>Sums the shards' gradients for this shard's channels.</summary>
    /// <param name="operation">Its name among the operations of the generation.</param>
    /// <param name="gradient">samples x all channels x ...: this shard's part of the sum, for everybody's channels.</param>
    /// <param name="parts">The channels that each shard holds, in shard order.</param>
    /// <returns>samples x own channels x ...</returns>
    public Tensor ScatterSum(Operation operation, Tensor gradient, IReadOnlyList<Extent> parts)
    {
        if (_collectives.Size == 1)
            return gradient;
        var staged = parts.Select((part, rank) => Take(rank, gradient.narrow(1, part.Start, part.Length))).ToArray();
        var sum = Room(parts.Count, staged[_collectives.Rank].shape, gradient.dtype, gradient.device);
        Wait(operation, _collectives.ReduceScatter(operation, [.. staged.Select(LentMemory.Of)], LentMemory.Of(sum)));
        return DeviceStaging.Send(sum, gradient.device);
    }

    /// <summary>Gives everybody what one shard has.</summary>
    /// <param name="operation">Its name among the operations of the generation.</param>
    /// <param name="own">What that shard has, of <paramref name="shape"/>; the others' is not looked at.</param>
    /// <param name="owner">The shard that owns the values.</param>
    /// <param name="shape">samples x ...</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="device">Where it is wanted.</param>
    /// <returns>The same on every shard, without a history of gradients.</returns>
    public Tensor Spread(Operation operation, Tensor? own, int owner, long[] shape, ScalarType type, Device device)
    {
        bool owns = owner == _collectives.Rank;
        var given = owns ? (own ?? throw new ArgumentNullException(nameof(own), "the owner has nothing to give.")).detach() : null;
        if (given is not null && _collectives.Size == 1)
            return given;
        var staged = given is not null ? Take(0, given) : Room(0, shape, type, device);
        var memory = LentMemory.Of(staged);
        Wait(
            operation,
            _collectives.AllGather(
                operation,
                [.. Enumerable.Range(0, _collectives.Size).Select(rank => rank == owner ? memory : memory.Slice(0, 0))]
            )
        );
        return given ?? DeviceStaging.Send(staged, device);
    }

    /// <summary>Sums the gradients that all shards have for what one of them gave.</summary>
    /// <param name="operation">Its name among the operations of the generation.</param>
    /// <param name="gradient">This shard's part of the sum; of the same shape on all.</param>
    /// <param name="owner">The shard that gets the sum.</param>
    /// <returns>The sum, in ascending shard order; null on the other shards.</returns>
    public Tensor? SumAt(Operation operation, Tensor gradient, int owner)
    {
        if (_collectives.Size == 1)
            return gradient;
        bool owns = owner == _collectives.Rank;
        var staged = Take(0, gradient);
        var memory = LentMemory.Of(staged);
        var sum = owns ? Room(1, staged.shape, gradient.dtype, gradient.device) : null;
        Wait(
            operation,
            _collectives.ReduceScatter(
                operation,
                [.. Enumerable.Range(0, _collectives.Size).Select(rank => rank == owner ? memory : memory.Slice(0, 0))],
                sum is null ? memory.Slice(0, 0) : LentMemory.Of(sum)
            )
        );
        return sum is null ? null : DeviceStaging.Send(sum, gradient.device);
    }

    /// <summary>This shard's place among those that it exchanges with.</summary>
    public int Rank => _collectives.Rank;

    /// <summary>Completes a batch of which every shard has decoded a part.</summary>
    /// <param name="operation">Its name among the operations of the generation.</param>
    /// <param name="batch">samples x ..., contiguous on the CPU; this shard's part is filled, the rest is written here.</param>
    /// <param name="parts">The samples that each shard has decoded, in shard order.</param>
    public void ShareSamples(Operation operation, Tensor batch, IReadOnlyList<Extent> parts)
    {
        if (_collectives.Size == 1 || batch.numel() == 0)
            return;
        var memory = HostMemory.Of(batch);
        long perSample = memory.Count / batch.shape[0];
        Wait(
            operation,
            _collectives.AllGather(operation, [.. parts.Select(part => memory.Slice(part.Start * perSample, part.Length * perSample))])
        );
    }

    /// <summary>Adds numbers of all shards in shard order, in double: the same bits on each.</summary>
    /// <param name="operation">Its name among the operations of the generation.</param>
    /// <param name="own">This shard's; as many as every other's.</param>
    public double[] Sum(Operation operation, ReadOnlySpan<double> own)
    {
        int bytes = own.Length * sizeof(double);
        using var all = zeros(_collectives.Size * bytes, dtype: ScalarType.Byte);
        MemoryMarshal.AsBytes(own).CopyTo(all.bytes[(_collectives.Rank * bytes)..]);
        var memory = HostMemory.Of(all);
        Wait(
            operation,
            _collectives.AllGather(operation, [.. Enumerable.Range(0, _collectives.Size).Select(rank => memory.Slice(rank * bytes, bytes))])
        );
        var gathered = MemoryMarshal.Cast<byte, double>(all.bytes);
        double[] sums = new double[own.Length];
        for (int i = 0; i < gathered.Length; i++)
            sums[i % own.Length] += gathered[i];
        return sums;
    }

    /// <summary>Time spent waiting since the last call.</summary>
    public TimeSpan TakeWaited()
    {
        var waited = _waited;
        _waited = TimeSpan.Zero;
        return waited;
    }

    /// <summary>A tensor's values where the transport takes them from.</summary>
    private Tensor Take(int place, Tensor tensor) => _collectives.TakesDevice ? tensor.contiguous() : _staging.Take(place, tensor);

    /// <summary>Room for values where the transport leaves them.</summary>
    private Tensor Room(int place, long[] shape, ScalarType type, Device device) =>
        _collectives.TakesDevice ? empty(shape, dtype: type, device: device) : _staging.Room(place, shape, type, device);

    private void Wait(Operation operation, IPendingOperation pending)
    {
        using var span = Activity.Current is null ? null : Spans.StartActivity("exchange");
        span?.SetTag("operation", operation.ToString());
        long start = TimeProvider.System.GetTimestamp();
        pending.Wait();
        _waited += TimeProvider.System.GetElapsedTime(start);
    }

    private static long[] Resized(Tensor own, int channels)
    {
        long[] shape = [.. own.shape];
        shape[1] = channels;
        return shape;
    }
}
