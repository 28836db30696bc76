namespace Lockstep.Transport.Tests.Collectives;

public sealed class ArenaCollectivesOf2Tests(ArenaCollectivesOf2Tests.Fixture group)
    : CollectivesConformance(group),
        IClassFixture<ArenaCollectivesOf2Tests.Fixture>
{
    public sealed class Fixture() : CollectivesFixture(2, PeerTransport.SharedMemory, arena: true);
}
