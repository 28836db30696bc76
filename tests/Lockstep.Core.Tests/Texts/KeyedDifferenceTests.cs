using System.Text.Json.Nodes;
using Lockstep.Core.Texts;

namespace Lockstep.Core.Tests.Texts;

public class KeyedDifferenceTests
{
    [Fact]
    public void Between_TheSameValuesInAnotherOrder_FindsNone() =>
        Assert.Empty(KeyedDifference.Between(JsonNode.Parse("""{"a":1,"b":[true,null]}"""), JsonNode.Parse("""{"b":[true,null],"a":1}""")));

    [Fact]
    public void Between_OtherMissingAndAddedValues_NamesTheirKeysInOrder() =>
        Assert.Equal(
            [new("a", "1", null), new("b.c", "\"x\"", "\"y\""), new KeyedDifference("b.d[1]", null, "2")],
            KeyedDifference.Between(JsonNode.Parse("""{"b":{"d":[1],"c":"x"},"a":1}"""), JsonNode.Parse("""{"b":{"c":"y","d":[1,2]}}"""))
        );
}
