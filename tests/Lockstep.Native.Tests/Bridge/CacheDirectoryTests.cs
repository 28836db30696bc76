using Lockstep.Native.Bridge;

namespace Lockstep.Native.Tests.Bridge;

public class CacheDirectoryTests
{
    [Theory]
    [InlineData("/own", "/shared", "/home/a", "/own")]
    [InlineData("", "/shared", "/home/a", "/shared/alexnet-distributed")]
    [InlineData(null, "not/rooted", "/home/a", "/home/a/.cache/alexnet-distributed")]
    [InlineData(null, null, "/home/a", "/home/a/.cache/alexnet-distributed")]
    [InlineData(null, null, "", null)]
    public void Choose_Environment_TakesTheFirstThatIsSet(string? own, string? shared, string home, string? expected) =>
        Assert.Equal(expected, CacheDirectory.Choose(name => name == CacheDirectory.Variable ? own : shared, home));
}
