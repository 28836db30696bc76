using System.ComponentModel;
using System.Net;
using AlexNet.Testing;

namespace Cluster.Tests.Networks;

/// <summary>
/// A network of hosts on this machine, each a network namespace with the address 10.77.0.(number + 1), with latency, losses and cuts. All
/// else is shared: files, <c>/dev/shm</c>, processes, the host's name. Needs Linux, root, iproute2 and TUN/TAP; ask
/// <see cref="WhyUnavailableAsync"/>.
/// </summary>
internal sealed class VirtualNetwork : IAsyncDisposable
{
    private readonly IReadOnlyList<VirtualHost> _hosts;
    private readonly FrameSwitch _switch;

    private VirtualNetwork(IReadOnlyList<VirtualHost> hosts, TimeSpan delay, double loss, int seed) =>
        (_hosts, _switch) = (hosts, new FrameSwitch(hosts.Select(h => h.Tap), delay, loss, seed));

    /// <summary>Frames that vanished by chance so far.</summary>
    public long FramesLost => _switch.Lost;

    /// <summary>Frames that a cut has held back so far.</summary>
    public long FramesCutOff => _switch.CutOff;

    /// <summary>Why this machine cannot hold such a network, or null where it can.</summary>
    public static async Task<string?> WhyUnavailableAsync()
    {
        if (!OperatingSystem.IsLinux())
            return "network namespaces need Linux.";
        if (!Environment.IsPrivilegedProcess)
            return "network namespaces need root.";
        try
        {
            TapDevice.OpenDriver().Dispose();
            await using var probe = await NetworkNamespace.CreateAsync();
            await IpCommand.RunAsync("netns", "exec", probe.Name, IpCommand.Program, "link", "set", "lo", "up");
            return null;
        }
        catch (Win32Exception e)
        {
            return $"'{IpCommand.Program}' (iproute2) could not be started: {e.Message}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"'{TapDevice.Driver}' cannot be opened: {e.Message}";
        }
        catch (InvalidOperationException e)
        {
            return $"a network namespace could not be made: {e.Message}";
        }
    }

    /// <param name="hosts">How many.</param>
    /// <param name="delay">What a frame takes from one host to another.</param>
    /// <param name="loss">The share of frames that vanish.</param>
    /// <param name="seed">The seed of the frames that vanish.</param>
    public static async Task<VirtualNetwork> CreateAsync(int hosts, TimeSpan delay, double loss, int seed = 1)
    {
        await NetworkNamespace.SweepAsync();
        var made = new List<VirtualHost>();
        try
        {
            for (int host = 0; host < hosts; host++)
                made.Add(await VirtualHost.CreateAsync(host));
            return new VirtualNetwork(made, delay, loss, seed);
        }
        catch
        {
            foreach (var host in made)
                await host.DisposeAsync();
            throw;
        }
    }

    public IPAddress AddressOf(int host) => _hosts[host].Address;

    /// <summary>Starts a program on a host.</summary>
    public ProgramProcess Start(
        int host,
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>>? environment = null
    ) => _hosts[host].Namespace.Start(program, arguments, environment);

    /// <summary>Makes something, such as a socket, on a host.</summary>
    public T Inside<T>(int host, Func<T> make) => _hosts[host].Namespace.Inside(make);

    /// <summary>Cuts a host off: nothing reaches it, and nothing of it reaches anybody; it sees no change of its interface.</summary>
    public void Cut(int host) => _switch.SetCut(host, true);

    /// <summary>Joins a host again.</summary>
    public void Restore(int host) => _switch.SetCut(host, false);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
            await host.UnplugAsync();
        _switch.Dispose();
        foreach (var host in _hosts)
            await host.DisposeAsync();
    }
}
