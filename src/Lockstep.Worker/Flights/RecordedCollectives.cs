using Lockstep.Core.Collectives;
using Lockstep.Core.Flights;

namespace Lockstep.Worker.Flights;

/// <summary>A group whose operations are recorded: when each began, since when it was waited for, and how it ended.</summary>
internal sealed class RecordedCollectives(ICollectives inner, FlightMembers members, FlightRecorder recorder, long generation)
    : ICollectives
{
    public int Rank => inner.Rank;

    public int Size => inner.Size;

    public bool TakesDevice => inner.TakesDevice;

    public IPendingOperation AllGather(Operation operation, ReadOnlySpan<TensorMemory> parts)
    {
        long entry = recorder.Begin(operation, parts.Length == Size ? parts[Rank].Bytes : 0, members);
        return new RecordedOperation(inner.AllGather(operation, parts), entry, recorder, generation);
    }

    public IPendingOperation ReduceScatter(Operation operation, ReadOnlySpan<TensorMemory> parts, TensorMemory sum)
    {
        long entry = recorder.Begin(operation, sum.Bytes, members);
        return new RecordedOperation(inner.ReduceScatter(operation, parts, sum), entry, recorder, generation);
    }

    public IPendingOperation AllReduce(Operation operation, TensorMemory values)
    {
        long entry = recorder.Begin(operation, values.Bytes, members);
        return new RecordedOperation(inner.AllReduce(operation, values), entry, recorder, generation);
    }

    private sealed class RecordedOperation(IPendingOperation inner, long entry, FlightRecorder recorder, long generation)
        : IPendingOperation
    {
        private bool _isOver; // who gives an operation up waits for it once more

        public void Wait()
        {
            if (_isOver)
            {
                inner.Wait();
                return;
            }

            _isOver = true;
            recorder.Wait(generation, entry);
            try
            {
                inner.Wait();
            }
            catch (Exception e)
            {
                recorder.End(generation, entry, FlightOutcome.Broken, e as PeerLostException);
                throw;
            }
            recorder.End(generation, entry, FlightOutcome.Done);
        }
    }
}
