using System.Net.Sockets;
using AlexNet.Protocol.V1;
using AlexNet.Transport.Links;
using AlexNet.Transport.Wire;
using Grpc.Core;

namespace AlexNet.Transport.SharedMemory;

/// <summary>What carries the tensors of a pair, chosen by the end that accepts: it alone knows what both ends ask for and what works.</summary>
internal static class TransportChoice
{
    /// <summary>The shared memory of the pair, or null where gRPC carries it.</summary>
    /// <exception cref="RpcException">What one end requires is impossible, or memory cannot be reserved.</exception>
    public static SharedPair? Make(PeerMesh mesh, PeerLink link, Hello hello)
    {
        PeerTransport theirs = PeerTransports.TryParse(hello.Transport, out PeerTransport parsed) ? parsed : PeerTransport.Grpc;
        PeerTransport[] asked = [mesh.Transport, theirs];
        bool disagree = (asked.Contains(PeerTransport.Grpc) && asked.Contains(PeerTransport.SharedMemory)) || asked.Count(t => t == PeerTransport.Nccl) == 1;
        if (disagree)
        {
            throw Refuse($"--transport {mesh.Transport.Name()} was found at {mesh.Self} and {theirs.Name()} at {link.Peer}; start both with the same");
        }

        if (asked.Contains(PeerTransport.Grpc))
        {
            return null;
        }

        if (TryConnect(mesh, hello, out string why) is { } pair)
        {
            return pair;
        }

        mesh.Log.NotShared(link.Peer, why);
        return asked.Contains(PeerTransport.SharedMemory)
            ? throw Refuse($"--transport shm was required, but {link.Peer}, shares no memory with {mesh.Self}: {why}; "
                + "give both the same directory, or use --transport auto")
            : null;
    }

    private static SharedPair? TryConnect(PeerMesh mesh, Hello hello, out string why)
    {
        why = HostNonce.WhyUnseen(mesh.Arena.Directory, hello.SharedName, hello.SharedNonce) ?? "";
        if (why.Length > 0)
        {
            return null;
        }

        try
        {
            return DoorbellPorter.Connect(mesh.Arena.Directory, hello.SharedName, hello.SharedNonce.Span, mesh.Self.Rank);
        }
        catch (SocketException e)
        {
            why = $"its doorbell does not answer, as from another network namespace: {e.Message}";
            return null;
        }
        catch (SharedMemoryException e)
        {
            throw Refuse(e.Message);
        }
    }

    private static RpcException Refuse(string text) => new Refusal(StatusCode.FailedPrecondition, text).ToException();
}
