using Lockstep.Core.Runs;
using Lockstep.Core.Status;

namespace Lockstep.Core.Tests.Status;

/// <summary>What a stranger says of a run's time breaks nobody who looks at it.</summary>
public class GoodputSoundTests
{
    [Theory]
    [InlineData("""{"uses":[{"use":"productive","seconds":12.5}]}""", true)]
    [InlineData("""{"uses":[]}""", true)]
    [InlineData("{}", false)]
    [InlineData("""{"uses":[null]}""", false)]
    [InlineData("""{"uses":[{"use":"productive","seconds":-1}]}""", false)]
    [InlineData("""{"uses":[{"use":"productive","seconds":"NaN"}]}""", false)]
    [InlineData("""{"uses":[{"use":"productive","seconds":1e300}]}""", false)]
    [InlineData("""{"uses":[{"use":77,"seconds":1}]}""", false)]
    public void Sound_OfWhatWasRead_IsItOrNothing(string json, bool isSound)
    {
        var read = System.Text.Json.JsonSerializer.Deserialize<Goodput>(json, StatusJson.Options);
        Assert.Equal(isSound, Goodput.Sound(read) is not null);
    }
}
