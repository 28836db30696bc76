namespace Lockstep.Transport.Tests.Collectives;

public sealed class PeerCollectivesOf4Tests(PeerCollectivesOf4Tests.Fixture group)
    : CollectivesConformance(group),
        IClassFixture<PeerCollectivesOf4Tests.Fixture>
{
    public sealed class Fixture() : CollectivesFixture(4);
}
