using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Lockstep.Core.Flights;

namespace Lockstep.Storage.Flights;

/// <summary>
/// The bytes of a flight recorder's file: a head of 4,096 bytes with a line that names the format and one of JSON that says whose it is,
/// then a ring of entries of 96 bytes each, whose numbers say in which order they came. Numbers are little-endian.
/// </summary>
internal static class FlightFormat
{
    public const int HeadBytes = 4096,
        EntryBytes = 96,
        Capacity = 2000; // entries

    /// <summary>Where in an entry the moment is from which it was waited for, and where the part for its end begins.</summary>
    public const int WaitedAt = 72,
        EndAt = 80,
        EndBytes = EntryBytes - EndAt;

    private const string Title = "lockstep flight 1";

    /// <summary>Where an entry of this number is in the file.</summary>
    public static long PlaceOf(long number) => HeadBytes + (number - 1) % Capacity * EntryBytes;

    /// <summary>The head, filled up with spaces.</summary>
    public static byte[] Head(FlightIdentity identity)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{Title}\n{JsonSerializer.Serialize(identity)}\n");
        if (text.Length > HeadBytes)
            throw new ArgumentException($"the worker's names take {text.Length} bytes; at most {HeadBytes} have room", nameof(identity));
        byte[] head = new byte[HeadBytes];
        Array.Fill(head, (byte)' ');
        text.CopyTo(head, 0);
        return head;
    }

    /// <summary>Whose it is; null where it is no flight recorder's.</summary>
    public static FlightIdentity? ReadHead(ReadOnlySpan<byte> head)
    {
        string[] lines = Encoding.UTF8.GetString(head).Split('\n');
        try
        {
            return
                lines.Length > 2
                && lines[0] == Title
                && JsonSerializer.Deserialize<FlightIdentity>(lines[1]) is { } identity
                && identity is { RunId: not null, WorkerId: not null, Host: not null }
                ? identity
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static void Write(Span<byte> to, in FlightEntry entry)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, entry.Number);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], (int)entry.Kind);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], entry.Code);
        BinaryPrimitives.WriteInt32LittleEndian(to[16..], entry.Point);
        BinaryPrimitives.WriteInt32LittleEndian(to[20..], entry.Rank);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], entry.Step);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], entry.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(to[40..], entry.Generation);
        BinaryPrimitives.WriteInt32LittleEndian(to[48..], entry.Members.First);
        BinaryPrimitives.WriteInt32LittleEndian(to[52..], entry.Members.Stride);
        BinaryPrimitives.WriteInt32LittleEndian(to[56..], entry.Members.Count);
        BinaryPrimitives.WriteInt64LittleEndian(to[64..], entry.Begun);
        BinaryPrimitives.WriteInt64LittleEndian(to[WaitedAt..], entry.Waited);
        WriteEnd(to[EndAt..], entry.Ended, entry.Outcome, entry.Blames);
    }

    /// <summary>The part that is written when it ends.</summary>
    public static void WriteEnd(Span<byte> to, long ended, FlightOutcome outcome, int blames)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to, ended);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], (int)outcome);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], blames);
    }

    /// <summary>Reads an entry; null where none was written, or what is there is none.</summary>
    public static FlightEntry? Read(ReadOnlySpan<byte> from)
    {
        var kind = (FlightKind)BinaryPrimitives.ReadInt32LittleEndian(from[8..]);
        var outcome = (FlightOutcome)BinaryPrimitives.ReadInt32LittleEndian(from[(EndAt + 8)..]);
        long number = BinaryPrimitives.ReadInt64LittleEndian(from);
        if (number <= 0 || !Enum.IsDefined(kind) || !Enum.IsDefined(outcome))
            return null;
        var entry = new FlightEntry(number, kind)
        {
            Code = BinaryPrimitives.ReadInt32LittleEndian(from[12..]),
            Point = BinaryPrimitives.ReadInt32LittleEndian(from[16..]),
            Rank = BinaryPrimitives.ReadInt32LittleEndian(from[20..]),
            Step = BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            Bytes = BinaryPrimitives.ReadInt64LittleEndian(from[32..]),
            Generation = BinaryPrimitives.ReadInt64LittleEndian(from[40..]),
            Members = new(
                BinaryPrimitives.ReadInt32LittleEndian(from[48..]),
                Math.Max(1, BinaryPrimitives.ReadInt32LittleEndian(from[52..])),
                BinaryPrimitives.ReadInt32LittleEndian(from[56..])
            ),
            Begun = BinaryPrimitives.ReadInt64LittleEndian(from[64..]),
            Waited = BinaryPrimitives.ReadInt64LittleEndian(from[WaitedAt..]),
            Ended = BinaryPrimitives.ReadInt64LittleEndian(from[EndAt..]),
            Outcome = outcome,
            Blames = BinaryPrimitives.ReadInt32LittleEndian(from[(EndAt + 12)..]),
        };
        return IsMoment(entry.Begun) && IsMoment(entry.Waited) && IsMoment(entry.Ended) && entry.Rank >= 0 && entry.Members.First >= 0
            ? entry
            : null;
    }

    private static bool IsMoment(long ticks) => ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
}
