using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Lockstep.Watching;

/// <summary>
/// Decides whether the operator's token may be sent to a status page: never in clear to another machine, unless its owner says so.
/// </summary>
internal static class TokenTravel
{
    /// <summary>The option that allows it.</summary>
    public const string Option = "--allow-plaintext-token";

    /// <param name="page">Where the token would go.</param>
    /// <param name="isAllowed">Whether the user has allowed it.</param>
    public static bool Allows(Uri page, bool isAllowed) =>
        isAllowed || page.Scheme == Uri.UriSchemeHttps || IsThisMachine(page.DnsSafeHost);

    /// <summary>Every address that the name stands for is one of this machine's, so nothing leaves it.</summary>
    private static bool IsThisMachine(string host)
    {
        try
        {
            var addresses = IPAddress.TryParse(host, out var address) ? [address] : Dns.GetHostAddresses(host);
            return addresses.Length > 0 && addresses.All(a => IPAddress.IsLoopback(a) || Own().Contains(a));
        }
        catch (SocketException)
        {
            return false; // it is reached by no one, and the request will say so
        }
    }

    private static IEnumerable<IPAddress> Own() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address);
}
