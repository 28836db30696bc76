namespace Lockstep.Transport.Tests.Collectives;

public sealed class ArenaCollectivesOf8Tests(ArenaCollectivesOf8Tests.Fixture group)
    : CollectivesConformance(group),
        IClassFixture<ArenaCollectivesOf8Tests.Fixture>
{
    public sealed class Fixture() : CollectivesFixture(8, PeerTransport.SharedMemory, arena: true);
}
