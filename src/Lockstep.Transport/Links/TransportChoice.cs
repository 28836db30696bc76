using Grpc.Core;
using Lockstep.Protocol.V1;
using Lockstep.Transport.SharedMemory;

namespace Lockstep.Transport.Links;

/// <summary>
/// What carries the tensors of a pair, chosen by the end that accepts: it alone knows what both ends ask for and what works.
/// </summary>
internal static class TransportChoice
{
    // marks the refusal, so that the other end knows that no later generation can do better
    private static readonly Metadata Impossible = new() { { "alexnet-transport", "impossible" } };

    /// <summary>Whether a peer refused because what one end requires is impossible, whatever is tried again.</summary>
    public static bool IsImpossible(Exception e) => e is RpcException rpc && rpc.Trailers.Any(t => t.Key == Impossible[0].Key);

    /// <summary>The shared memory of the pair, or null where gRPC carries it.</summary>
    /// <exception cref="RpcException">What one end requires is impossible, whatever this generation tries.</exception>
    public static SharedPair? Make(IMesh mesh, PeerLink link, Hello hello)
    {
        var theirs = Enum.TryParse<PeerTransport>($"{hello.Transport}", out var parsed) ? parsed : PeerTransport.Grpc;
        PeerTransport[] asked = [mesh.Transport, theirs];
        bool disagree =
            (asked.Contains(PeerTransport.Grpc) && asked.Contains(PeerTransport.SharedMemory))
            || asked.Count(t => t == PeerTransport.Nccl) == 1;
        if (disagree)
        {
            throw Refuse(
                $"--transport {mesh.Transport.Name()} was found at {mesh.Self} and {theirs.Name()} at {link.Peer}; start both with the same"
            );
        }

        if (asked.Contains(PeerTransport.Grpc))
        {
            return null;
        }

        if (TryConnect(mesh, link, hello, out string why) is { } pair)
        {
            return pair;
        }

        return asked.Contains(PeerTransport.SharedMemory)
            ? throw Refuse($"--transport shm was required, but {link.Peer}, shares no memory with {mesh.Self}: {why}; use --transport auto")
            : null;
    }

    private static SharedPair? TryConnect(IMesh mesh, PeerLink link, Hello hello, out string why)
    {
        if (!OperatingSystem.IsLinux())
        {
            why = "shared memory needs Linux";
            return null;
        }

        if (DoorbellPorter.Reach(hello.SharedName, hello.SharedNonce.Span, out why) is not { } socket)
        {
            mesh.Log.NotShared(link.Peer, why);
            return null;
        }

        try
        {
            return DoorbellPorter.HandOver(socket, mesh.Self.Rank, mesh.Arena.MostBytes);
        }
        catch (SharedMemoryException e)
        {
            socket.Dispose();
            why = e.Message;
            mesh.Log.NothingToShare(why);
            return null;
        }
    }

    private static RpcException Refuse(string text) => new(new Status(StatusCode.FailedPrecondition, text), Impossible);
}
