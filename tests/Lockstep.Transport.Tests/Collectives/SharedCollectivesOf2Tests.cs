namespace Lockstep.Transport.Tests.Collectives;

public sealed class SharedCollectivesOf2Tests(SharedCollectivesOf2Tests.Fixture group)
    : CollectivesConformance(group),
        IClassFixture<SharedCollectivesOf2Tests.Fixture>
{
    public sealed class Fixture() : CollectivesFixture(2, PeerTransport.SharedMemory);
}
