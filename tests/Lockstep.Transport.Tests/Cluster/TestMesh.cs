using Lockstep.Core.Collectives;
using Lockstep.Transport.Collectives;
using Lockstep.Transport.Mesh;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Lockstep.Transport.Tests.Cluster;

/// <summary>A mesh that is never linked, for tests of what lies below it.</summary>
internal static class TestMesh
{
    public static PeerMesh Unlinked(int size = 2) =>
        new(
            TestPlans.Of([.. Enumerable.Repeat("http://localhost:1", size)]),
            0,
            TestPlans.Token,
            new PeerRouter(Options.Create(new PeerTransportOptions()), TimeProvider.System, NullLogger<PeerRouter>.Instance)
        );

    public static PeerOperation Begin(Operation name) => ((IOperationMesh)Unlinked()).Begin(name);
}
