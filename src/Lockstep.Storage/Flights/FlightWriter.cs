using System.Buffers.Binary;
using System.Globalization;
using Lockstep.Core.Flights;
using Microsoft.Win32.SafeHandles;

namespace Lockstep.Storage.Flights;

/// <summary>
/// A worker's flight recorder: its last entries in a file, each written at once, so that the kernel has them whatever becomes of the
/// process. Nothing is flushed to the disk: a power cut takes the last seconds. Any thread may write.
/// </summary>
public sealed class FlightWriter : IDisposable
{
    /// <summary>The directory of the recorders, in a run directory.</summary>
    public const string Folder = "flights";

    /// <summary>What a recorder's file ends in.</summary>
    public const string Extension = ".flight";

    private const int Kept = 4; // files of one rank, each of a generation, this one included

    private readonly SafeFileHandle _file;
    private long _number;
    private volatile bool _isLost; // the disk does not take it any more

    private FlightWriter(SafeFileHandle file) => _file = file;

    /// <summary>
    /// Begins a recorder, and removes older ones of this rank, whatever the workers were called that had it; null where the disk does not
    /// take it.
    /// </summary>
    /// <param name="runDirectory">The run's.</param>
    /// <param name="identity">Whose it is.</param>
    /// <param name="rank">The worker's place in the plan.</param>
    public static FlightWriter? TryBegin(string runDirectory, FlightIdentity identity, int rank)
    {
        SafeFileHandle? file = null;
        try
        {
            string directory = Directory.CreateDirectory(Path.Combine(runDirectory, Folder)).FullName,
                ofRank = string.Create(CultureInfo.InvariantCulture, $"rank-{rank}."),
                name = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{identity.Started.UtcTicks}.{Uri.EscapeDataString(identity.WorkerId)}"
                );
            var older = new DirectoryInfo(directory).GetFiles($"{ofRank}*{Extension}").OrderByDescending(f => f.LastWriteTimeUtc);
            foreach (var old in older.Skip(Kept - 1))
                old.Delete();
            file = File.OpenHandle(
                Path.Combine(directory, $"{ofRank}{name}{Extension}"),
                FileMode.Create,
                FileAccess.Write,
                FileShare.ReadWrite | FileShare.Delete
            );
            // all of it now: a disk that is full later costs no entry
            RandomAccess.Write(file, new byte[FlightFormat.PlaceOf(FlightFormat.Capacity) + FlightFormat.EntryBytes], 0);
            RandomAccess.Write(file, FlightFormat.Head(identity), 0);
            return new(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            file?.Dispose();
            return null;
        }
    }

    /// <summary>Writes an entry; returns its number.</summary>
    public long Begin(FlightEntry entry)
    {
        long number = Interlocked.Increment(ref _number);
        Span<byte> bytes = stackalloc byte[FlightFormat.EntryBytes];
        bytes.Clear();
        FlightFormat.Write(bytes, entry with { Number = number });
        Write(bytes, FlightFormat.PlaceOf(number));
        return number;
    }

    /// <summary>From this moment on an entry's operation is waited for.</summary>
    public void Wait(long number, long moment)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, moment);
        if (IsThere(number))
            Write(bytes, FlightFormat.PlaceOf(number) + FlightFormat.WaitedAt);
    }

    /// <summary>What an entry tells of has ended.</summary>
    public void End(long number, long moment, FlightOutcome outcome, int blames)
    {
        Span<byte> bytes = stackalloc byte[FlightFormat.EndBytes];
        FlightFormat.WriteEnd(bytes, moment, outcome, blames);
        if (IsThere(number))
            Write(bytes, FlightFormat.PlaceOf(number) + FlightFormat.EndAt);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>It may have been written over meanwhile.</summary>
    private bool IsThere(long number) => number > Interlocked.Read(ref _number) - FlightFormat.Capacity;

    private void Write(ReadOnlySpan<byte> bytes, long place)
    {
        if (_isLost)
            return;
        try
        {
            RandomAccess.Write(_file, bytes, place);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _isLost = true; // a recorder must not cost what it records
        }
    }
}
