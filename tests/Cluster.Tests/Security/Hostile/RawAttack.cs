using System.Net;
using System.Net.Sockets;

namespace Cluster.Tests.Security.Hostile;

/// <summary>
/// Connections of their own for bytes that no client of HTTP/2 would send, from many addresses, so that no limit by address saves the
/// service.
/// </summary>
internal static class RawAttack
{
    private const int AtATime = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5),
        Silence = TimeSpan.FromSeconds(0.1);

    /// <summary>Sends each, and hears the service out.</summary>
    public static Task SendAsync(Uri address, IEnumerable<(IPAddress From, byte[] Bytes)> attacks, CancellationToken stop) =>
        Parallel.ForEachAsync(
            attacks,
            new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = stop },
            async (attack, cancellation) => await SendAsync(address, attack.From, attack.Bytes, cancellation)
        );

    /// <summary>One of the many loopback addresses.</summary>
    public static IPAddress From(Random random) => new([127, (byte)random.Next(1, 255), (byte)random.Next(256), (byte)random.Next(1, 255)]);

    private static async Task SendAsync(Uri address, IPAddress from, byte[] bytes, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, patience.Token); // must succeed: the service is there
        try
        {
            await socket.SendAsync(bytes, patience.Token);
            if (bytes.Length % 2 == 0)
                socket.Shutdown(SocketShutdown.Send);
            else
                patience.CancelAfter(Silence); // it says nothing more, and leaves the service waiting
            byte[] answer = new byte[4096];
            while (await socket.ReceiveAsync(answer, patience.Token) > 0)
            {
                // whatever it says
            }
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // it hung up, or does not: the connections that are left are counted in the end
        }
    }
}
