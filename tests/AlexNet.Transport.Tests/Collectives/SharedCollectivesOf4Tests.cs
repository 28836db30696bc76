namespace AlexNet.Transport.Tests.Collectives;

public sealed class SharedCollectivesOf4Tests(SharedCollectivesOf4Tests.Fixture group) : CollectivesConformance(group), IClassFixture<SharedCollectivesOf4Tests.Fixture>
{
    public sealed class Fixture() : CollectivesFixture(4, PeerTransport.SharedMemory);
}
