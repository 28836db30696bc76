using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace Lockstep.Transport.SharedMemory;

/// <summary>
/// Lets workers of the same host in, at the end that dials over gRPC: 1. offer a name and a nonce in the hello; 2. the other end connects
/// to the abstract socket of that name, which needs no file; 3. each makes sure that the process at the other end is of its own user; 4.
/// the other end shows the nonce and hands over the file of the pair. Anybody on the machine may find the socket and connect: who is of
/// another user, or does not know the nonce, is hung up on, takes nobody's place and ends nothing.
/// </summary>
internal sealed class DoorbellPorter : IDisposable
{
    private const string Prefix = "alexnet-";
    private const int NonceBytes = 32;
    private const int MostNameLength = 64;
    private const int Backlog = 512; // of callers that are not let in yet, strangers among them

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Dictionary<int, TaskCompletionSource<SharedPair>> _pairs;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    [SupportedOSPlatform("linux")]
    public DoorbellPorter(IEnumerable<int> ranks)
    {
        _pairs = ranks.ToDictionary(r => r, _ => new TaskCompletionSource<SharedPair>(TaskCreationOptions.RunContinuationsAsynchronously));
        _listener.Bind(Address(Name));
        _listener.Listen(Backlog);
        _accepting = Task.Run(AcceptAsync);
    }

    public string Name { get; } = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    public byte[] Nonce { get; } = RandomNumberGenerator.GetBytes(NonceBytes);

    /// <summary>What the worker of a rank handed over.</summary>
    public Task<SharedPair> PairWith(int rank, CancellationToken stop) => _pairs[rank].Task.WaitAsync(stop);

    /// <summary>Connects to a peer's porter; null, and why, where nobody of this user answers there, as on another machine.</summary>
    [SupportedOSPlatform("linux")]
    public static Socket? Reach(string name, ReadOnlySpan<byte> nonce, out string why)
    {
        why = "it offered no doorbell";
        if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name.Length > MostNameLength || nonce.Length != NonceBytes)
        {
            return null;
        }

        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(Address(name));
            if (PeerCredentials.IsOwnUser(socket))
            {
                socket.Send(nonce);
                return socket;
            }

            why = "its doorbell is answered by another user; start all workers of a machine as one user";
        }
        catch (SocketException e)
        {
            why = $"its doorbell does not answer, as from another machine or network namespace: {e.Message}";
        }

        socket.Dispose();
        return null;
    }

    /// <summary>Hands a new pair over to the porter that was reached.</summary>
    /// <exception cref="SharedMemoryException">There is no memory for it.</exception>
    [SupportedOSPlatform("linux")]
    public static SharedPair HandOver(Socket socket, int ownRank, long mostBytes)
    {
        using var file = SharedFile.Reserve(SharedPair.Footprint, "the rings of two workers", mostBytes);
        SharedPair pair = new(new Doorbell(socket), file, first: true);
        pair.Doorbell.Ring(new(DoorbellKind.Greeting, ownRank, SharedPair.Footprint));
        pair.Doorbell.Ring(new(DoorbellKind.File, 0, SharedPair.Footprint), file);
        return pair;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _accepting.Wait();
        foreach (var pair in _pairs.Values)
        {
            if (!pair.TrySetCanceled() && pair.Task.IsCompletedSuccessfully)
            {
                pair.Task.Result.DisposeUnclaimed();
            }
        }

        _stop.Dispose();
    }

    private static UnixDomainSocketEndPoint Address(string name) => new("\0" + name);

    [SupportedOSPlatform("linux")]
    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                if (IsOwnUser(socket))
                {
                    // a thread of its own: whoever says nothing would keep the pool from others for as long
                    _ = Task.Factory.StartNew(() => Admit(socket), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                }
                else
                {
                    socket.Dispose();
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // A caller that hung up, or the end.
            }
        }
    }

    [SupportedOSPlatform("linux")]
    private static bool IsOwnUser(Socket socket)
    {
        try
        {
            return PeerCredentials.IsOwnUser(socket);
        }
        catch (SocketException)
        {
            return false; // it has hung up
        }
    }

    [SupportedOSPlatform("linux")]
    private void Admit(Socket socket)
    {
        bool kept = false;
        try
        {
            socket.ReceiveTimeout = 5000;
            byte[] nonce = new byte[Nonce.Length];
            for (int filled = 0, count; filled < nonce.Length; filled += count)
            {
                count = socket.Receive(nonce.AsSpan(filled));
                if (count == 0)
                {
                    return;
                }
            }

            if (CryptographicOperations.FixedTimeEquals(nonce, Nonce))
            {
                kept = TryTakePair(socket);
            }
        }
        catch (Exception e) when (e is SocketException or InvalidDataException or SharedMemoryException or ObjectDisposedException)
        {
            // Nothing came of it; the caller says why over gRPC.
        }
        finally
        {
            if (!kept)
            {
                socket.Dispose();
            }
        }
    }

    [SupportedOSPlatform("linux")]
    private bool TryTakePair(Socket socket)
    {
        Doorbell doorbell = new(socket);
        var greeting = doorbell.Listen(wait: true, out _, out _);
        var frame = doorbell.Listen(wait: true, out var file, out _);
        using (file)
        {
            if (
                greeting?.Kind != DoorbellKind.Greeting
                || frame?.Kind != DoorbellKind.File
                || file is null
                || !_pairs.TryGetValue((int)greeting.Value.Number, out var pair)
            )
            {
                return false;
            }

            socket.ReceiveTimeout = 0;
            SharedPair made = new(doorbell, file, first: false);
            bool isFirst = pair.TrySetResult(made);
            if (!isFirst)
            {
                made.Dispose();
            }

            return isFirst;
        }
    }
}
