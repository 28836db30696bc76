using System.Net;
using System.Net.Sockets;
using Lockstep.Core.Errors;
using Lockstep.Launching;

namespace Lockstep.Tests.Launching;

public class HeldPortTests
{
    [Theory]
    [InlineData(32_768, 60_999)]
    [InlineData(10_000, 65_535)]
    [InlineData(1024, 60_999)]
    public void Outside_AnyRange_HasNoPortOfIt(int first, int last)
    {
        var ports = new EphemeralPorts(first, last).Outside(new Random(1));
        Assert.NotEmpty(ports);
        Assert.All(ports, port => Assert.True(port is >= 1024 and <= 65_535 && (port < first || port > last)));
    }

    [Fact]
    public void Outside_RangeOfAllPorts_HasNone() => Assert.Empty(new EphemeralPorts(1024, 65_535).Outside(new Random(1)));

    [Fact]
    public void Parse_TextOfTheKernel_IsRead()
    {
        Assert.Equal(new EphemeralPorts(32_768, 60_999), EphemeralPorts.Parse("32768\t60999\n"));
        Assert.Null(EphemeralPorts.Parse("32768"));
    }

    [Fact]
    public void Take_AnyPort_IsOutsideTheEphemeralRange()
    {
        var range = EphemeralPorts.Read();
        Assert.SkipUnless(range.Outside(Random.Shared).Count > 0, "needs a port outside net.ipv4.ip_local_port_range");
        using var held = HeldPort.Take(0, "--port");
        Assert.True(held.Number < range.First || held.Number > range.Last, $"port {held.Number} is of the ephemeral range");
    }

    [Fact]
    public void Take_HeldPort_CanBeListenedAtAgainAndAgain()
    {
        using var held = HeldPort.Take(0, "--port");
        for (int i = 0; i < 3; i++)
        {
            using var listener = new TcpListener(IPAddress.Loopback, held.Number);
            listener.Start();
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, held.Number);
        }
        using var refused = new TcpClient();
        Assert.Throws<SocketException>(() => refused.Connect(IPAddress.Loopback, held.Number)); // holding is not listening
    }

    [Fact]
    public void TakeFree_NoneOfTheCandidatesFree_IsOneThatTheKernelChooses()
    {
        using var taken = Listener(out int port);
        using var held = HeldPort.TakeFree([port]);
        Assert.NotEqual(port, held.Number);
        Assert.NotEqual(0, held.Number);
    }

    [Fact]
    public void Take_PortOfAnotherProcess_NamesOptionPortAndHolder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs the kernel's table of sockets");
        using var taken = Listener(out int port);
        string refusal = Assert.Throws<BadInputException>(() => HeldPort.Take(port, "--coordinator-port")).Message;
        Assert.Contains(
            $"--coordinator-port is {port}; port {port} is taken by process {Environment.ProcessId} (",
            refusal,
            StringComparison.Ordinal
        );
    }

    private static TcpListener Listener(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }
}
