namespace Lockstep.Transport.Tests.Collectives;

public sealed class SharedCollectivesOf3Tests(SharedCollectivesOf3Tests.Fixture group)
    : CollectivesConformance(group),
        IClassFixture<SharedCollectivesOf3Tests.Fixture>
{
    public sealed class Fixture() : CollectivesFixture(3, PeerTransport.SharedMemory);
}
