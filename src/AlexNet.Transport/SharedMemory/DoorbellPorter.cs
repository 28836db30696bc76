using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace AlexNet.Transport.SharedMemory;

/// <summary>
/// Lets workers of the same host in, at the end that dials over gRPC: 1. offer name and nonce in the hello; 2. the other end reads the nonce
/// file and connects to the abstract socket of that name, which needs no file; 3. it shows the nonce and hands over the file of the pair.
/// </summary>
internal sealed class DoorbellPorter : IDisposable
{
    private readonly HostNonce _nonce;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Dictionary<int, TaskCompletionSource<SharedPair>> _pairs;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public DoorbellPorter(string directory, IEnumerable<int> ranks)
    {
        _pairs = ranks.ToDictionary(r => r, _ => new TaskCompletionSource<SharedPair>(TaskCreationOptions.RunContinuationsAsynchronously));
        _nonce = HostNonce.Create(directory);
        _listener.Bind(Address(_nonce.Name));
        _listener.Listen(_pairs.Count);
        _accepting = Task.Run(AcceptAsync);
    }

    public string Name => _nonce.Name;

    public byte[] Nonce => _nonce.Nonce;

    /// <summary>What the worker of a rank handed over.</summary>
    public Task<SharedPair> PairWith(int rank, CancellationToken stop) => _pairs[rank].Task.WaitAsync(stop);

    /// <summary>Connects to a peer's porter and hands a new pair over.</summary>
    public static SharedPair Connect(string directory, string name, ReadOnlySpan<byte> nonce, int ownRank)
    {
        using SafeFileHandle file = SharedFile.Reserve(directory, SharedPair.Footprint, "the rings of two workers");
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(Address(name));
            socket.Send(nonce);
            SharedPair pair = new(new Doorbell(socket), file, first: true);
            pair.Doorbell.Ring(new(DoorbellKind.Greeting, ownRank, SharedPair.Footprint));
            pair.Doorbell.Ring(new(DoorbellKind.File, 0, SharedPair.Footprint), file);
            return pair;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _nonce.Dispose();
        _accepting.Wait();
        foreach (TaskCompletionSource<SharedPair> pair in _pairs.Values)
        {
            if (!pair.TrySetCanceled() && pair.Task.IsCompletedSuccessfully)
            {
                pair.Task.Result.DisposeUnclaimed();
            }
        }

        _stop.Dispose();
    }

    private static UnixDomainSocketEndPoint Address(string name) => new("\0" + name);

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _listener.AcceptAsync(_stop.Token);
                _ = Task.Run(() => Admit(socket));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // A caller that hung up, or the end.
            }
        }
    }

    /// <summary>Anybody may connect to an abstract socket: who does not know the nonce is hung up on.</summary>
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

    private bool TryTakePair(Socket socket)
    {
        Doorbell doorbell = new(socket);
        DoorbellFrame? greeting = doorbell.Listen(wait: true, out _, out _);
        DoorbellFrame? frame = doorbell.Listen(wait: true, out SafeFileHandle? file, out _);
        using (file)
        {
            if (greeting?.Kind != DoorbellKind.Greeting || frame?.Kind != DoorbellKind.File || file is null
                || !_pairs.TryGetValue((int)greeting.Value.Number, out TaskCompletionSource<SharedPair>? pair))
            {
                return false;
            }

            socket.ReceiveTimeout = 0;
            SharedPair made = new(doorbell, file, first: false);
            return pair.TrySetResult(made);
        }
    }
}
