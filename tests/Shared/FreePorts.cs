using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AlexNet.Testing;

/// <summary>
/// Ports of the loopback address that were free a moment ago. They lie below those that the kernel gives to connections by itself, so that
/// no other process is given one before the test uses it.
/// </summary>
internal static class FreePorts
{
    private const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
    private const int Attempts = 100,
        Lowest = 10_000,
        UsualFirst = 32_768; // of those that the kernel gives

    private static readonly int FirstOfTheKernel = File.Exists(Range)
        ? int.Parse(File.ReadAllText(Range).Split('\t', ' ')[0], CultureInfo.InvariantCulture)
        : UsualFirst;

    /// <summary>The first of several consecutive free ports.</summary>
    public static int Consecutive(int count)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int first = Random.Shared.Next(Lowest, Math.Max(FirstOfTheKernel, Lowest + count + 1) - count);
            if (Enumerable.Range(first, count).All(IsFree))
                return first;
        }
        throw new InvalidOperationException($"no {count} consecutive free ports were found in {Attempts} attempts.");
    }

    /// <summary>One free port.</summary>
    public static int Free() => Consecutive(1);

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
