using Lockstep.Core.Texts;

namespace Lockstep.Core.Tests.Texts;

public class CountTests
{
    [Theory]
    [InlineData(0, "0 replicas")]
    [InlineData(1, "1 replica")]
    [InlineData(2, "2 replicas")]
    [InlineData(1200, "1,200 replicas")]
    public void Of_NumberAndNoun_Agree(long number, string expected) => Assert.Equal(expected, Count.Of(number, "replica"));

    [Theory]
    [InlineData(1, "1 class")]
    [InlineData(10, "10 classes")]
    public void Of_IrregularPlural_IsGiven(long number, string expected) => Assert.Equal(expected, Count.Of(number, "class", "classes"));
}
