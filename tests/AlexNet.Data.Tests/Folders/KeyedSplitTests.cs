using AlexNet.Data.Folders;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Tests.Folders;

public class KeyedSplitTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 2000).Select(i => $"class{i % 7}/picture{i}.jpg")];

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.01)]
    public void IsTest_OfManyNames_IsTheShare(double share) =>
        Assert.InRange(Names.Count(n => KeyedSplit.IsTest(n, new() { TestShare = share })) / 2000.0, share - 0.03, share + 0.03);

    [Fact]
    public void IsTest_OfOtherSeeds_ChoosesOthers() =>
        Assert.NotEqual(Names.Where(n => KeyedSplit.IsTest(n, new())), Names.Where(n => KeyedSplit.IsTest(n, new() { Seed = 1 })));

    /// <summary>
    /// Runs are resumed on other machines and by later versions, so these bits never change. Made by Python's hashlib: the first eight
    /// bytes of the SHA-256 of <c>2012/NAME</c>, as a share of 2^64, are less than 0.2.
    /// </summary>
    [Fact]
    public void IsTest_OfKnownNames_IsAsItEverWas() =>
        Assert.Equal(
            "0000110000001001011000000010000000000100",
            string.Concat(Names.Take(40).Select(n => KeyedSplit.IsTest(n, new() { Seed = 2012 }) ? '1' : '0'))
        );

    /// <summary>What is a test picture with a small share is one with a larger share too.</summary>
    [Fact]
    public void IsTest_OfALargerShare_KeepsThoseOfTheSmaller()
    {
        var (small, large) = (new FoldersRecipe { TestShare = 0.1 }, new FoldersRecipe { TestShare = 0.3 });
        Assert.All(Names.Where(n => KeyedSplit.IsTest(n, small)), n => Assert.True(KeyedSplit.IsTest(n, large)));
    }
}
