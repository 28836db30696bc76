using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;
using Lockstep.Transport.SharedMemory;
using Microsoft.Extensions.Logging;

namespace Lockstep.Transport.Links;

/// <summary>The mesh, as its links see it.</summary>
internal interface IMesh
{
    Plan Plan { get; }

    /// <summary>This worker.</summary>
    Member Self { get; }

    /// <summary>What this worker asks for.</summary>
    PeerTransport Transport { get; }

    PeerTransportOptions Options { get; }

    /// <summary>The memory that workers of this host share.</summary>
    SharedArena Arena { get; }

    PeerTraffic Traffic { get; }

    ILogger Log { get; }

    /// <summary>
    /// Why this worker can be linked with another in no generation, as the transports are asked for; null while nothing says so.
    /// </summary>
    string? Impossible { get; set; }

    /// <summary>What carries the tensors of this worker and the one of that rank, once they are linked.</summary>
    PeerTransport TransportOf(int rank);

    /// <summary>A peer is lost.</summary>
    void Report(PeerLostException loss);
}
