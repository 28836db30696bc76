using Grpc.Core;
using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;

namespace Lockstep.Transport.Links;

/// <summary>Why a pair of workers can exchange nothing more in this generation.</summary>
/// <param name="Peer">The worker at the other end.</param>
/// <param name="Reason">What happened, as the rest of a sentence.</param>
/// <param name="Cause">The error behind it.</param>
/// <param name="Aborted">This end stopped; operations throw the cause itself.</param>
/// <param name="Left">The peer ended the stream in a friendly way; a loss only to an operation that needs it.</param>
internal sealed record PeerLoss(Member Peer, string Reason, Exception? Cause, bool Aborted = false, bool Left = false)
{
    /// <summary>
    /// The peer lives and has said that it ends the generation, as each does at a clean end and after a loss that it knows.
    /// </summary>
    public bool IsFarewell => Cause is RpcException { StatusCode: StatusCode.Aborted };

    /// <summary>The error when no operation was under way.</summary>
    public Exception Error => Aborted && Cause is not null ? Cause : ToPeerLost();

    /// <summary>The error of an operation that needed the peer.</summary>
    public Exception During(Operation operation, Member self) =>
        Aborted && Cause is not null
            ? Cause
            : new PeerLostException($"{Peer}, was lost during {operation} of {self.Slot}: {Reason}", Peer.Rank, Cause);

    public PeerLostException ToPeerLost() => new($"{Peer}, was lost: {Reason}", Peer.Rank, Cause);
}
