using System.Net;
using System.Net.Sockets;
using Lockstep.Core.Errors;
using Lockstep.Hosting;

namespace Lockstep.Launching;

/// <summary>
/// A port of the loopback address that a process of the run listens at, and listens at again when it was lost. It is bound here for as long
/// as the run lasts, without listening: so the kernel gives it to nobody who asks for any port, and our own processes can still listen at
/// it.
/// </summary>
internal sealed class HeldPort : IDisposable
{
    private const int Attempts = 200;

    private readonly Socket _socket;

    private HeldPort(Socket socket) => _socket = socket;

    public int Number => ((IPEndPoint?)_socket.LocalEndPoint)?.Port ?? 0;

    public string Address => $"{IPAddress.Loopback}:{Number}";

    /// <summary>Takes a port that the user asks for.</summary>
    /// <param name="port">0 for a free one outside the ephemeral range.</param>
    /// <param name="option">The option that names the port.</param>
    /// <exception cref="BadInputException">Another process has it.</exception>
    public static HeldPort Take(int port, string option)
    {
        if (port == 0)
            return TakeFree(EphemeralPorts.Read().Outside(Random.Shared).Take(Attempts));
        if (TryBind(port, out var error) is { } held)
            return held;
        string why =
            error.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"port {port} is taken by {PortHolder.Of(port)}"
                : $"it cannot be used: {error.Message}";
        throw new BadInputException($"{option} is {port}; {why}. Choose another, or leave the option out for a free one.");
    }

    /// <summary>The first that is free; one that the kernel chooses where none is.</summary>
    internal static HeldPort TakeFree(IEnumerable<int> candidates)
    {
        foreach (int port in candidates)
        {
            if (TryBind(port, out _) is { } held)
                return held;
        }

        return TryBind(0, out var error) ?? throw error;
    }

    public void Dispose() => _socket.Dispose();

    private static HeldPort? TryBind(int port, out SocketException error)
    {
        error = new SocketException();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return new HeldPort(socket);
        }
        catch (SocketException e)
        {
            error = e;
            socket.Dispose();
            return null;
        }
    }
}
