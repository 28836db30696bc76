namespace Lockstep.Transport.Tests.Collectives;

public sealed class LocalCollectivesTests(LocalCollectivesTests.Fixture group)
    : CollectivesConformance(group),
        IClassFixture<LocalCollectivesTests.Fixture>
{
    public sealed class Fixture() : CollectivesFixture(1);
}
