using System.Net;
using System.Net.Sockets;

namespace AlexNet.Testing;

/// <summary>Ports of the loopback address that were free a moment ago.</summary>
internal static class FreePorts
{
    private const int Attempts = 100;

    /// <summary>The first of several consecutive free ports.</summary>
    public static int Consecutive(int count)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            int first = Free();
            if (Enumerable.Range(first + 1, count - 1).All(IsFree))
                return first;
        }
        throw new InvalidOperationException($"no {count} consecutive free ports were found in {Attempts} attempts.");
    }

    /// <summary>One free port.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool IsFree(int port)
    {
        if (port > IPEndPoint.MaxPort)
            return false;
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
