using Lockstep.Core.Runs;

namespace Lockstep.Core.Tests.Runs;

public sealed class DataIdentityTests
{
    private static readonly DataIdentity Before = new("aaaa", 12, 2, ["cat", "dog"]);

    [Fact]
    public void Differences_OfTheSame_AreNone() => Assert.Empty(Before.Differences(new("aaaa", 12, 2, ["cat", "dog"])));

    [Fact]
    public void Differences_ClassesThatChangedPlaces_AreNamed() =>
        Assert.Equal(
            ["class 0 was 'cat' and is now 'dog'", "class 1 was 'dog' and is now 'cat'"],
            Before.Differences(Before with { Fingerprint = "b", ClassNames = ["dog", "cat"] })
        );

    [Fact]
    public void Differences_OtherCounts_AreNamed() =>
        Assert.Equal(
            [
                "there were 2 classes and are now 3",
                "there were 12 training samples and are now 1,300",
                "there were 2 test samples and are now 3",
            ],
            Before.Differences(new("b", 1300, 3, ["cat", "dog", "rat"]))
        );

    [Fact]
    public void Differences_OtherContentAlone_IsNamedByItsFingerprints() =>
        Assert.Equal(
            "the names, sizes, order or content of its files have changed (fingerprint aaaa before, b now)",
            Assert.Single(Before.Differences(Before with { Fingerprint = "b" }))
        );

    [Fact]
    public void ClassDifferences_Many_AreShortened() =>
        Assert.Equal(
            [
                "class 0 was 'a' and is now 'b'",
                "class 1 was 'b' and is now 'c'",
                "class 2 was 'c' and is now 'd'",
                "2 more classes have changed",
            ],
            DataIdentity.ClassDifferences(["a", "b", "c", "d", "e"], ["b", "c", "d", "e", "a"])
        );

    [Fact]
    public void ClassDifferences_OneSideKnowsOnlyNumbers_AreNone() =>
        Assert.Empty(DataIdentity.ClassDifferences(["0", "1"], ["cat", "dog"]));
}
