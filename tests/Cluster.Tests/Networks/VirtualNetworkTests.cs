using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Cluster.Tests.Networks;

/// <summary>The virtual network does what the tests on it rely on.</summary>
[TestClass(DisableParallelization = true)] // it measures round trips
public sealed class VirtualNetworkTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_round_trip_takes_twice_the_delay()
    {
        var delay = TimeSpan.FromMilliseconds(20);
        await using var network = await NetworkAsync(hosts: 2, delay, loss: 0);
        using var near = Socket(network, 0);
        using var far = Socket(network, 1);
        var times = new List<TimeSpan>();
        for (byte round = 0; round < 20; round++)
        {
            long start = Stopwatch.GetTimestamp();
            Send(near, far, round);
            Assert.Equal(round, await ReceiveAsync(far));
            Send(far, near, round);
            Assert.Equal(round, await ReceiveAsync(near));
            times.Add(Stopwatch.GetElapsedTime(start));
        }
        Assert.InRange(times.Min(), 2 * delay, 3 * delay); // the machine may be busy at some of them
    }

    [Fact]
    public async Task One_frame_in_a_hundred_vanishes_and_none_overtakes_another()
    {
        const int bursts = 400,
            burst = 50; // 200 of 20,000 expected, standard deviation 14; a burst fits every buffer
        await using var network = await NetworkAsync(hosts: 2, TimeSpan.FromMilliseconds(2), loss: 0.01);
        using var near = Socket(network, 0);
        using var far = Socket(network, 1);
        var arrived = new List<int>();
        for (int round = 0; round < bursts; round++)
        {
            for (int i = 0; i < burst; i++)
                Send(near, far, round * burst + i);
            arrived.AddRange(await UntilMarkerAsync(near, far, marker: -1 - round));
        }
        Assert.Equal(arrived.Order(), arrived);
        Assert.Equal(arrived.Distinct(), arrived);
        Assert.InRange(bursts * burst - arrived.Count, 100, 300);
        Assert.True(network.FramesLost >= bursts * burst - arrived.Count); // markers and address requests vanish too
    }

    [Fact]
    public async Task A_cut_host_is_unreachable_and_comes_back()
    {
        const int known = 1,
            withheld = 2,
            back = 3;
        await using var network = await NetworkAsync(hosts: 3, TimeSpan.FromMilliseconds(2), loss: 0);
        using var cut = Socket(network, 0);
        using var left = Socket(network, 1);
        using var right = Socket(network, 2);
        foreach (var (from, to) in new[] { (left, cut), (cut, left), (left, right) }) // now they know each other's hardware addresses
        {
            Send(from, to, known);
            Assert.Equal(known, await ReceiveAsync(to));
        }

        network.Cut(0);
        Send(cut, left, withheld);
        Send(left, cut, withheld);
        using var timer = new PeriodicTimer(Patience);
        for (long start = Stopwatch.GetTimestamp(); network.FramesCutOff < 2; await timer.WaitForNextTickAsync(Stop))
            Assert.True(Stopwatch.GetElapsedTime(start) < Deadline, "the frames of the cut host were not held back.");
        Send(left, right, known);
        Assert.Equal(known, await ReceiveAsync(right));

        network.Restore(0);
        Send(cut, left, back);
        Assert.Equal(back, await ReceiveAsync(left));
        Send(left, cut, back);
        Assert.Equal(back, await ReceiveAsync(cut));
    }

    /// <summary>Sends a marker until it arrives, and returns what arrived before it: all that ever will, since the order is kept.</summary>
    private static async Task<List<int>> UntilMarkerAsync(UdpClient from, UdpClient to, int marker)
    {
        var arrived = new List<int>();
        Send(from, to, marker);
        for (long start = Stopwatch.GetTimestamp(); ; )
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Deadline, $"marker {marker} did not arrive.");
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            patience.CancelAfter(Patience);
            try
            {
                int number = Number(await to.ReceiveAsync(patience.Token));
                if (number == marker)
                    return arrived;
                if (number >= 0) // otherwise a marker of before that was sent twice
                    arrived.Add(number);
            }
            catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
            {
                Send(from, to, marker);
            }
        }
    }

    private static async Task<VirtualNetwork> NetworkAsync(int hosts, TimeSpan delay, double loss)
    {
        string? why = await VirtualNetwork.WhyUnavailableAsync();
        Assert.SkipWhen(why is not null, why ?? "");
        return await VirtualNetwork.CreateAsync(hosts, delay, loss);
    }

    private static UdpClient Socket(VirtualNetwork network, int host) =>
        network.Inside(host, () => new UdpClient(new IPEndPoint(network.AddressOf(host), 0)));

    private static void Send(UdpClient from, UdpClient to, int number) =>
        from.Send(BitConverter.GetBytes(number), to.Client.LocalEndPoint as IPEndPoint);

    private static async Task<int> ReceiveAsync(UdpClient socket)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        deadline.CancelAfter(Deadline);
        return Number(await socket.ReceiveAsync(deadline.Token));
    }

    private static int Number(UdpReceiveResult datagram) => BitConverter.ToInt32(datagram.Buffer);
}
