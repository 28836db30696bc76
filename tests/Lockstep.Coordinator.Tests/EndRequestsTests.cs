using Lockstep.Hosting.Ending;

namespace Lockstep.Coordinator.Tests;

public class EndRequestsTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void Take_SignalsOfTheSameMoment_AreOneRequest()
    {
        var requests = new EndRequests(_clock);
        Assert.Equal(EndRequest.InGoodOrder, requests.Take());
        _clock.Milliseconds = 100;
        Assert.Equal(EndRequest.None, requests.Take());
        _clock.Milliseconds = 999;
        Assert.Equal(EndRequest.None, requests.Take());
    }

    [Fact]
    public void Take_OneASecondLater_IsForAtOnce()
    {
        var requests = new EndRequests(_clock);
        requests.Take();
        _clock.Milliseconds = 1000;
        Assert.Equal(EndRequest.AtOnce, requests.Take());
    }

    private sealed class Clock : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
