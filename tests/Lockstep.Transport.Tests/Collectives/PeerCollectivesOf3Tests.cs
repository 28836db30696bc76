namespace Lockstep.Transport.Tests.Collectives;

public sealed class PeerCollectivesOf3Tests(PeerCollectivesOf3Tests.Fixture group)
    : CollectivesConformance(group),
        IClassFixture<PeerCollectivesOf3Tests.Fixture>
{
    public sealed class Fixture() : CollectivesFixture(3);
}
