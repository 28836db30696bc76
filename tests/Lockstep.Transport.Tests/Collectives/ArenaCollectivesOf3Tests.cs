namespace Lockstep.Transport.Tests.Collectives;

public sealed class ArenaCollectivesOf3Tests(ArenaCollectivesOf3Tests.Fixture group)
    : CollectivesConformance(group),
        IClassFixture<ArenaCollectivesOf3Tests.Fixture>
{
    public sealed class Fixture() : CollectivesFixture(3, PeerTransport.SharedMemory, arena: true);
}
