namespace Lockstep.Transport.Tests.Collectives;

public sealed class PeerCollectivesOf2Tests(PeerCollectivesOf2Tests.Fixture group)
    : CollectivesConformance(group),
        IClassFixture<PeerCollectivesOf2Tests.Fixture>
{
    public sealed class Fixture() : CollectivesFixture(2);
}
