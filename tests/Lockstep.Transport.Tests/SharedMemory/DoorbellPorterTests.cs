using System.Net.Sockets;
using System.Security.Cryptography;
using AlexNet.Testing;
using Lockstep.Transport.SharedMemory;

namespace Lockstep.Transport.Tests.SharedMemory;

/// <summary>Who is let in at the doorbell, and who only costs its own time.</summary>
public class DoorbellPorterTests
{
    private const int Tries = 200;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ACallerThatDoesNotKnowTheNonce_IsHungUpOn_AndTakesNobodysPlace()
    {
        using DoorbellPorter porter = new([1]);
        for (int i = 0; i < Tries; i++)
        {
            using var stranger = DoorbellPorter.Reach(porter.Name, RandomNumberGenerator.GetBytes(32), out _);
            Assert.NotNull(stranger);
            Assert.Equal(0, await ReadAsync(stranger));
        }

        await AssertLetsInAsync(porter);
    }

    [Fact]
    public async Task CallersThatSayNothing_HoldNobodyUp()
    {
        using DoorbellPorter porter = new([1]);
        List<Socket> silent = [];
        for (int i = 0; i < Tries; i++)
        {
            silent.Add(new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
            await silent[^1].ConnectAsync(new UnixDomainSocketEndPoint("\0" + porter.Name), Stop);
        }

        await AssertLetsInAsync(porter);
        silent.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task ASecondCallerWithTheNonce_DoesNotTakeTheFirstOnesPlace()
    {
        using DoorbellPorter porter = new([1]);
        await AssertLetsInAsync(porter);
        using var second = DoorbellPorter.HandOver(Reach(porter), ownRank: 1, long.MaxValue);
        Assert.Null(second.Doorbell.Listen(wait: true, out _, out _));
    }

    [Fact]
    public async Task AnotherUser_IsHungUpOn_EvenWithTheNonce()
    {
        Nobody.Require();
        using DoorbellPorter porter = new([1]);
        Assert.Equal(0, await Nobody.DoAsync(() => Enumerable.Range(0, Tries).Sum(_ => Steal(porter.Name, porter.Nonce))));
        await AssertLetsInAsync(porter);
    }

    [Fact]
    public async Task APorterOfAnotherUser_IsToldNothing()
    {
        Nobody.Require();
        using DoorbellPorter porter = new([1]);
        string? why = await Nobody.DoAsync(() =>
        {
            using var reached = DoorbellPorter.Reach(porter.Name, porter.Nonce, out string found);
            return reached is null ? found : null;
        });
        Assert.Equal("its doorbell is answered by another user; start all workers of a machine as one user", why);
    }

    /// <summary>What a stranger that knows the nonce and the protocol gets: bytes received, after it has handed a pair over.</summary>
    private static int Steal(string name, byte[] nonce)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint("\0" + name));
            socket.Send(nonce);
            using var pair = DoorbellPorter.HandOver(socket, ownRank: 1, long.MaxValue);
            return pair.Doorbell.Listen(wait: true, out _, out _) is null ? 0 : 1;
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private static async Task<int> ReadAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], Stop);
        }
        catch (SocketException)
        {
            return 0; // reset, since it was not read
        }
    }

    private static Socket Reach(DoorbellPorter porter) =>
        DoorbellPorter.Reach(porter.Name, porter.Nonce, out string why) ?? throw new InvalidOperationException(why);

    private static async Task AssertLetsInAsync(DoorbellPorter porter)
    {
        using var pair = DoorbellPorter.HandOver(Reach(porter), ownRank: 1, long.MaxValue);
        var other = await porter.PairWith(1, Stop).WaitAsync(TimeSpan.FromSeconds(20), Stop);
        Assert.True(other.Doorbell.Ring(new(DoorbellKind.Wake)));
        Assert.Equal(DoorbellKind.Wake, pair.Doorbell.Listen(wait: true, out _, out _)?.Kind);
    }
}
