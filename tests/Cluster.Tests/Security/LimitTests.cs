using System.Net;
using System.Net.Sockets;
using AlexNet.Testing;
using Grpc.Core;
using Lockstep.Hosting.Security;

namespace Cluster.Tests.Security;

/// <summary>What one caller may ask of a real coordinator, and that others are served meanwhile.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_address_cannot_take_all_connections_and_one_message_cannot_take_all_memory()
    {
        await using var coordinator = await LockedCoordinator.StartAsync(_folder["run"]);
        var greedy = new List<Socket>();
        try
        {
            for (int i = 0; i <= PortGuard.ConnectionsAtATime; i++)
                greedy.Add(await ConnectAsync(coordinator.Address));
            await coordinator.LogsAsync("Refused 127.0.0.9:");
            await coordinator.LogsAsync("connections");
            await AssertOneIsDroppedAsync(greedy);

            using var channel = coordinator.Channel(new SocketsHttpHandler(), LockedCoordinator.Token);
            Assert.Equal(
                StatusCode.ResourceExhausted,
                (await LockedCoordinator.StatusOfAsync(() => LockedCoordinator.JoinAsync(channel, headers =>
                        {
                            var join = LockedCoordinator.NewJoin("large");
                            join.Host = new string('h', 3 << 20);
                            return JoinProof.Answer(join, headers, LockedCoordinator.Token, "");
                        }))).StatusCode
            );
            using var looker = coordinator.Channel(new SocketsHttpHandler(), LockedCoordinator.OperatorToken);
            Assert.DoesNotContain(await LockedCoordinator.EndAsync(looker), e => e.Worker is not null);
        }
        finally
        {
            greedy.ForEach(socket => socket.Dispose());
        }
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<Socket> ConnectAsync(Uri address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 0));
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, Stop);
        return socket;
    }

    /// <summary>One of them is closed by the other end; which, decides the order in which that takes them.</summary>
    private static async Task AssertOneIsDroppedAsync(IEnumerable<Socket> sockets)
    {
        using var patience = new CancellationTokenSource(SmallRun.Deadline);
        await foreach (var dropped in Task.WhenEach(sockets.Select(s => IsDroppedAsync(s, patience.Token)).ToList()))
        {
            if (await dropped)
                return;
        }

        Assert.Fail("every connection was kept.");
    }

    private static async Task<bool> IsDroppedAsync(Socket socket, CancellationToken patience)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], patience) == 0;
        }
        catch (SocketException)
        {
            return true; // with a word of TCP
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
