using System.Net;
using AlexNet.Testing;

namespace Cluster.Tests.Networks;

/// <summary>
/// One host of a virtual network: a namespace with loopback and one Ethernet interface, whose cable ends in this process.
/// </summary>
internal sealed class VirtualHost : IAsyncDisposable
{
    private const string Interface = "eth0";
    private const int QueuedFrames = 10_000; // between the host and this process, so that it alone decides what is lost

    private VirtualHost(NetworkNamespace names, TapDevice tap, IPAddress address) => (Namespace, Tap, Address) = (names, tap, address);

    public NetworkNamespace Namespace { get; }

    public TapDevice Tap { get; }

    public IPAddress Address { get; }

    /// <summary>Makes the host of a number, counted from 0.</summary>
    public static async Task<VirtualHost> CreateAsync(int number)
    {
        var space = await NetworkNamespace.CreateAsync();
        try
        {
            var host = new VirtualHost(
                space,
                space.Inside(() => TapDevice.Create(Interface)),
                new IPAddress([10, 77, 0, (byte)(number + 1)])
            );
            await host.IpAsync("link", "set", "lo", "up");
            await host.IpAsync("address", "add", $"{host.Address}/24", "dev", Interface);
            await host.IpAsync(
                "link",
                "set",
                Interface,
                "address",
                MacAddress.Of(number),
                "txqueuelen",
                $"{QueuedFrames}",
                "multicast",
                "off",
                "addrgenmode",
                "none",
                "up"
            ); // so that it sends nothing by itself
            return host;
        }
        catch
        {
            await space.DisposeAsync();
            throw;
        }
    }

    /// <summary>Deletes the interface, which ends whoever waits for its frames.</summary>
    public Task UnplugAsync() => IpAsync("link", "delete", Interface);

    public ValueTask DisposeAsync()
    {
        Tap.Dispose();
        return Namespace.DisposeAsync();
    }

    private Task IpAsync(params string[] arguments) => IpCommand.RunAsync(["-netns", Namespace.Name, .. arguments]);
}
