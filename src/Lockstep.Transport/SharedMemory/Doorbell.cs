using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Lockstep.Transport.SharedMemory;

/// <summary>
/// The Unix socket of a pair: wakes the other side, carries descriptors of shared files, and ends with the process at the other end.
/// One thread rings at a time; one thread listens.
/// </summary>
[method: SupportedOSPlatform("linux")]
internal sealed unsafe class Doorbell(Socket socket) : IDisposable
{
    public const int MaxTextBytes = 2048;

    private const int FrameBytes = 24;

    private readonly Lock _gate = new();
    private readonly byte[] _received = new byte[MaxTextBytes + FrameBytes];
    private readonly Queue<SafeFileHandle> _files = [];
    private int _filled;

    /// <summary>Sends a frame, a file with it or a text behind it; false when the peer is gone.</summary>
    public bool Ring(DoorbellFrame frame, SafeFileHandle? file = null, ReadOnlySpan<byte> text = default)
    {
        Span<byte> bytes = stackalloc byte[FrameBytes + text.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)frame.Kind);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], frame.Number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], frame.Length);
        text.CopyTo(bytes[FrameBytes..]);
        lock (_gate)
        {
            return !socket.SafeHandle.IsClosed && Send(bytes, file) == bytes.Length;
        }
    }

    /// <summary>The next frame, with its file or text; null at the end. Waits for it, or returns a frame of kind none.</summary>
    public DoorbellFrame? Listen(bool wait, out SafeFileHandle? file, out string text)
    {
        (file, text) = (null, "");
        DoorbellFrame frame;
        while (!TryTakeFrame(out frame))
        {
            int count = Receive(wait);
            if (count < 0)
            {
                return new(DoorbellKind.None);
            }

            if (count == 0)
            {
                return null;
            }

            _filled += count;
        }

        if (frame.Kind == DoorbellKind.File && !_files.TryDequeue(out file))
        {
            throw new InvalidDataException("a frame without the file that it announces was found on the doorbell");
        }

        if (frame.Kind == DoorbellKind.Farewell)
        {
            text = System.Text.Encoding.UTF8.GetString(_received, 0, (int)frame.Length);
            Drop((int)frame.Length);
        }

        return frame;
    }

    /// <summary>Ends the wait of the listening thread; the peer may still be rung.</summary>
    public void StopListening()
    {
        Debug.Assert(OperatingSystem.IsLinux());
        _ = Native.Shutdown(socket.SafeHandle, Native.ShutdownRead);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            socket.Dispose();
        }

        while (_files.TryDequeue(out var unclaimed))
        {
            unclaimed.Dispose();
        }
    }

    private nint Send(ReadOnlySpan<byte> bytes, SafeFileHandle? file)
    {
        Debug.Assert(OperatingSystem.IsLinux());
        fixed (byte* start = bytes)
        {
            Native.Piece piece = new() { Base = start, Length = (nuint)bytes.Length };
            Native.OneDescriptor rights = new()
            {
                Length = Native.OneDescriptor.FilledLength,
                Level = Native.SocketLevel,
                Type = Native.Rights,
                Descriptor = file is null ? -1 : (int)file.DangerousGetHandle(),
            };
            Native.Message message = new() { Pieces = &piece, PieceCount = 1 };
            if (file is not null)
            {
                message.Control = &rights;
                message.ControlLength = (nuint)sizeof(Native.OneDescriptor);
            }

            // Never waits: what is under way is bounded by the flags of the rings, so only a broken peer lets it fill up.
            return Native.Send(socket.SafeHandle, &message, Native.DontWait | Native.NoSignal);
        }
    }

    /// <summary>Bytes received; 0 at the end, -1 when there are none yet.</summary>
    private int Receive(bool wait)
    {
        Debug.Assert(OperatingSystem.IsLinux());
        fixed (byte* start = _received)
        {
            Native.Piece piece = new() { Base = start + _filled, Length = (nuint)(_received.Length - _filled) };
            Native.OneDescriptor rights = default;
            Native.Message message = new()
            {
                Pieces = &piece,
                PieceCount = 1,
                Control = &rights,
                ControlLength = (nuint)sizeof(Native.OneDescriptor),
            };
            nint count = Native.Receive(socket.SafeHandle, &message, Native.CloseOnExec | (wait ? 0 : Native.DontWait));
            if (count < 0)
            {
                return Marshal.GetLastPInvokeError() is Native.Interrupted or Native.Again ? -1 : 0;
            }

            if (message.ControlLength >= Native.OneDescriptor.FilledLength && rights.Type == Native.Rights)
            {
                _files.Enqueue(new SafeFileHandle(rights.Descriptor, ownsHandle: true));
            }

            return (int)count;
        }
    }

    private bool TryTakeFrame(out DoorbellFrame frame)
    {
        frame = default;
        if (_filled < FrameBytes)
        {
            return false;
        }

        frame = new(
            (DoorbellKind)BinaryPrimitives.ReadInt64LittleEndian(_received),
            BinaryPrimitives.ReadInt64LittleEndian(_received.AsSpan(8)),
            BinaryPrimitives.ReadInt64LittleEndian(_received.AsSpan(16))
        );
        if (frame.Kind == DoorbellKind.Farewell)
        {
            if (frame.Length is < 0 or > MaxTextBytes)
            {
                throw new InvalidDataException(
                    $"a text of {frame.Length} bytes was found on the doorbell, at most {MaxTextBytes} are allowed"
                );
            }

            if (_filled < FrameBytes + frame.Length)
            {
                return false;
            }
        }

        Drop(FrameBytes);
        return true;
    }

    private void Drop(int bytes)
    {
        _filled -= bytes;
        _received.AsSpan(bytes, _filled).CopyTo(_received);
    }
}
