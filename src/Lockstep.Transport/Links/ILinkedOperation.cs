using Lockstep.Core.Collectives;

namespace Lockstep.Transport.Links;

/// <summary>An operation, as the messages see it that it sends and waits for.</summary>
internal interface ILinkedOperation
{
    Operation Name { get; }

    /// <summary>Guards the memory that the caller lent.</summary>
    MemoryLease Lease { get; }

    PeerTraffic Traffic { get; }

    /// <summary>Whether the next chunk is to be damaged, for a test.</summary>
    bool TakeCorruption();

    /// <summary>One of the expected things has happened.</summary>
    void Finish();

    /// <summary>A peer that it needs is lost.</summary>
    void Fail(PeerLoss loss);
}
