using System.Runtime.InteropServices;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.SharedMemory;

/// <summary>
/// One direction of a pair: records in a ring that one thread of one process writes and one thread of the other reads. The room in it is
/// the credit: a writer that has none sleeps, and so does a reader without records; each tells the other by a flag that it wants to be
/// woken.
/// </summary>
internal sealed unsafe class SharedRing
{
    /// <summary>Bytes of records; four chunks, so that both ends work at once and the ring stays in the cache.</summary>
    public const int Capacity = 2 * 1024 * 1024;

    /// <summary>Bytes in shared memory.</summary>
    public const int Footprint = Capacity + HeaderBytes;

    private const int HeaderBytes = 4096;
    private const int Line = 64;
    private const long Skip = -1;

    // Each on a cache line of its own: two processes write them.
    private readonly long* _written;
    private readonly long* _read;
    private readonly int* _readerSleeps;
    private readonly int* _writerSleeps;
    private readonly byte* _records;

    public SharedRing(nint address)
    {
        byte* header = (byte*)address;
        _written = (long*)header;
        _read = (long*)(header + (2 * Line));
        _readerSleeps = (int*)(header + (4 * Line));
        _writerSleeps = (int*)(header + (6 * Line));
        _records = header + HeaderBytes;
    }

    /// <summary>Whether a chunk of this length can be written now.</summary>
    public bool HasRoom(int payloadBytes) =>
        Capacity - (*_written - Volatile.Read(ref *_read)) >= Needed(*_written, RecordBytes(payloadBytes));

    /// <summary>Where the payload of the next record goes; there must be room.</summary>
    public Span<byte> Payload(int bytes)
    {
        long at = Begin(RecordBytes(bytes));
        return new(_records + (at % Capacity) + sizeof(Record), bytes);
    }

    /// <summary>Makes the record whose payload was written visible; true when the reader must be woken.</summary>
    public bool Publish(in ChunkHead head)
    {
        long at = Begin(RecordBytes(head.PayloadBytes));
        *(Record*)(_records + (at % Capacity)) = new()
        {
            PayloadBytes = head.PayloadBytes,
            Generation = head.Generation,
            Step = head.Key.Operation.Step,
            Kind = (int)head.Key.Operation.Kind,
            Point = head.Key.Operation.Point,
            Part = (int)head.Key.Part,
            Offset = head.Offset,
            Total = head.Total,
        };
        Volatile.Write(ref *_written, at + RecordBytes(head.PayloadBytes));
        Interlocked.MemoryBarrier();
        return *_readerSleeps != 0 && Interlocked.Exchange(ref *_readerSleeps, 0) != 0;
    }

    /// <summary>The next record, with its payload where it is; false when there is none.</summary>
    /// <exception cref="InvalidDataException">The peer wrote what this version never writes.</exception>
    public bool TryRead(out ChunkHead head, out nint payload, out int payloadBytes)
    {
        (head, payload, payloadBytes) = (default, 0, 0);
        while (*_read != Volatile.Read(ref *_written))
        {
            byte* start = _records + (*_read % Capacity);
            var record = *(Record*)start; // a copy: what is checked is what is used
            if (record.PayloadBytes == Skip)
            {
                Advance(Capacity - (*_read % Capacity));
                continue;
            }

            if (
                record.PayloadBytes is < 0 or > WireLimits.ChunkBytes
                || RecordBytes((int)record.PayloadBytes) > Capacity - (*_read % Capacity)
            )
            {
                throw new InvalidDataException(
                    $"a record of {record.PayloadBytes} bytes was found in shared memory; do both workers run the same version?"
                );
            }

            head = record.Head;
            payload = (nint)(start + sizeof(Record));
            payloadBytes = (int)record.PayloadBytes;
            return true;
        }

        return false;
    }

    /// <summary>Gives the room of the record read last back; true when the writer must be woken.</summary>
    public bool Release(int payloadBytes)
    {
        Advance(RecordBytes(payloadBytes));
        Interlocked.MemoryBarrier();

        // Half of the ring at a time: fewer wakes, each worth more.
        return *_writerSleeps != 0
            && Volatile.Read(ref *_written) - *_read <= Capacity / 2
            && Interlocked.Exchange(ref *_writerSleeps, 0) != 0;
    }

    /// <summary>Asks to be woken; false when there is something to read already.</summary>
    public bool ReaderMaySleep()
    {
        Interlocked.Exchange(ref *_readerSleeps, 1);
        return *_read == Volatile.Read(ref *_written);
    }

    /// <summary>Asks to be woken; false when there is room already.</summary>
    public bool WriterMaySleep(int payloadBytes)
    {
        Interlocked.Exchange(ref *_writerSleeps, 1);
        return !HasRoom(payloadBytes);
    }

    /// <summary>The end of the ring is left out when the record does not fit there.</summary>
    private long Begin(int recordBytes)
    {
        long at = *_written;
        if (Needed(at, recordBytes) == recordBytes)
        {
            return at;
        }

        *(long*)(_records + (at % Capacity)) = Skip;
        at += Capacity - (at % Capacity);
        Volatile.Write(ref *_written, at);
        return at;
    }

    private void Advance(long bytes) => Volatile.Write(ref *_read, *_read + bytes);

    private static long Needed(long at, int recordBytes)
    {
        long left = Capacity - (at % Capacity);
        return left >= recordBytes ? recordBytes : left + recordBytes;
    }

    private static int RecordBytes(int payloadBytes) => (sizeof(Record) + payloadBytes + Line - 1) / Line * Line;

    [StructLayout(LayoutKind.Sequential, Size = Line)]
    private struct Record
    {
        public long PayloadBytes;
        public long Generation;
        public long Step;
        public int Kind;
        public int Point;
        public int Part;
        public long Offset;
        public long Total;

        public readonly ChunkHead Head =>
            new(Generation, new(new((Core.Collectives.OperationKind)Kind, Step, Point), (MessagePart)Part), Offset, Total);
    }
}
