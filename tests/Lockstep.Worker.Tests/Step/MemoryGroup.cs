using Lockstep.Core.Collectives;

namespace Lockstep.Worker.Tests.Step;

/// <summary>Workers of one process, each on a thread of its own, that meet in memory; sums run in ascending rank order.</summary>
internal sealed class MemoryGroup(int size)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private readonly Dictionary<Operation, byte[]?[]> _meetings = [];
    private readonly List<(int Rank, Operation Operation)> _begun = [];

    public ICollectives Member(int rank) => new Collectives(this, rank);

    /// <summary>The operations that a member has begun, in its order.</summary>
    public IReadOnlyList<string> Begun(int rank)
    {
        lock (_gate)
        {
            return [.. _begun.Where(b => b.Rank == rank).Select(b => $"{b.Operation.Kind} {b.Operation.Point}")];
        }
    }

    private void Bring(Operation operation, int rank, byte[] bytes)
    {
        lock (_gate)
        {
            if (!_meetings.TryGetValue(operation, out byte[]?[]? brought))
                _meetings[operation] = brought = new byte[]?[size];
            Assert.Null(brought[rank]); // no two operations have the same name
            brought[rank] = bytes;
            _begun.Add((rank, operation));
            Monitor.PulseAll(_gate);
        }
    }

    private byte[][] WaitForAll(Operation operation)
    {
        lock (_gate)
        {
            while (_meetings[operation].Any(b => b is null))
                Assert.True(Monitor.Wait(_gate, Patience), $"{operation}: somebody did not come.");
            return [.. _meetings[operation].OfType<byte[]>()];
        }
    }

    private sealed unsafe class Collectives(MemoryGroup group, int rank) : ICollectives
    {
        public int Rank => rank;

        public int Size => group.Count;

        public IPendingOperation AllGather(Operation operation, ReadOnlySpan<TensorMemory> parts)
        {
            var places = parts.ToArray();
            group.Bring(operation, rank, BytesOf(places[rank]));
            return new Pending(() =>
            {
                byte[][] all = group.WaitForAll(operation);
                for (int r = 0; r < all.Length; r++)
                    all[r].CopyTo(new Span<byte>((void*)places[r].Address, (int)places[r].Bytes));
            });
        }

        public IPendingOperation AllReduce(Operation operation, TensorMemory values)
        {
            Assert.Equal(ElementType.Float32, values.Type);
            group.Bring(operation, rank, BytesOf(values));
            return new Pending(() =>
            {
                var sum = new Span<float>((void*)values.Address, (int)values.Count);
                sum.Clear();
                foreach (byte[] addend in group.WaitForAll(operation))
                {
                    for (int i = 0; i < sum.Length; i++)
                        sum[i] += BitConverter.ToSingle(addend, i * sizeof(float));
                }
            });
        }

        public IPendingOperation ReduceScatter(Operation operation, ReadOnlySpan<TensorMemory> parts, TensorMemory sum) =>
            throw new NotSupportedException();

        private static byte[] BytesOf(TensorMemory memory) => new ReadOnlySpan<byte>((void*)memory.Address, (int)memory.Bytes).ToArray();
    }

    private int Count => size;

    private sealed class Pending(Action wait) : IPendingOperation
    {
        public void Wait() => wait();
    }
}
