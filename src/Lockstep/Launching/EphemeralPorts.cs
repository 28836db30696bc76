using System.Globalization;

namespace Lockstep.Launching;

/// <summary>
/// The ports that the kernel gives to whoever asks for any: to outgoing connections above all. A port that must be free again later is not
/// among them.
/// </summary>
/// <param name="First">The lowest.</param>
/// <param name="Last">The highest.</param>
internal sealed record EphemeralPorts(int First, int Last)
{
    private const string Setting = "/proc/sys/net/ipv4/ip_local_port_range";
    private const int LeastChosen = 10_000,
        LeastUnprivileged = 1024,
        Most = 65_535; // below 10,000 are the ports of well-known services

    /// <summary>Those of this machine; IANA's where it does not tell.</summary>
    public static EphemeralPorts Read()
    {
        try
        {
            return Parse(File.ReadAllText(Setting)) ?? Iana;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Iana;
        }
    }

    private static EphemeralPorts Iana => new(49_152, Most);

    /// <summary>The kernel's two numbers; null for anything else.</summary>
    internal static EphemeralPorts? Parse(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var first, var last]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int low)
        && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int high)
            ? new(low, high)
            : null;

    /// <summary>Ports outside the range that may be tried, in random order; none where the range leaves none.</summary>
    public IReadOnlyList<int> Outside(Random random)
    {
        int[] ports = [.. Free(LeastChosen)];
        if (ports.Length == 0)
            ports = [.. Free(LeastUnprivileged)];
        random.Shuffle(ports);
        return ports;
    }

    private IEnumerable<int> Free(int least) => Enumerable.Range(least, Most - least + 1).Where(port => port < First || port > Last);
}
