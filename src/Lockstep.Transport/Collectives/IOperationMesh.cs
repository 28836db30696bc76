using Lockstep.Core.Collectives;
using Lockstep.Transport.Links;

namespace Lockstep.Transport.Collectives;

/// <summary>The mesh, as the operations see it that are under way on it.</summary>
internal interface IOperationMesh : IMesh
{
    /// <summary>How long operations that begin to be waited for from now on may last.</summary>
    TimeSpan Deadline { get; }

    PeerLink LinkTo(int rank);

    /// <summary>A new operation of this worker.</summary>
    PeerOperation Begin(Operation name);

    /// <summary>What the training thread waits for from now on; null for nothing.</summary>
    void Await(PeerOperation? operation);

    /// <summary>An operation is over.</summary>
    void Forget(PeerOperation operation);

    /// <summary>Whether the next chunk is to be damaged, for a test.</summary>
    bool TakeCorruption();
}
