using Lockstep.Watching;

namespace Lockstep.Tests.Watching;

public class TokenTravelTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5001/", true)]
    [InlineData("http://127.8.9.1:5001/", true)]
    [InlineData("http://[::1]:5001/", true)]
    [InlineData("http://localhost:5001/", true)]
    [InlineData("https://198.51.100.7/run/", true)]
    [InlineData("http://198.51.100.7:5001/", false)]
    [InlineData("http://[2001:db8::7]:5001/", false)]
    public void Allows_OnlyWhatIsEncryptedOrStaysHere(string page, bool expected)
    {
        Assert.Equal(expected, TokenTravel.Allows(new Uri(page), isAllowed: false));
        Assert.True(TokenTravel.Allows(new Uri(page), isAllowed: true));
    }
}
