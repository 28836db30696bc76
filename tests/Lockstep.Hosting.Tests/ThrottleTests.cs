using Microsoft.Extensions.Time.Testing;

namespace Lockstep.Hosting.Tests;

public sealed class ThrottleTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Throttle _throttle;
    private int _done;

    public ThrottleTests() => _throttle = new Throttle(() => _done++, TimeSpan.FromMilliseconds(50), _time);

    public void Dispose() => _throttle.Dispose();

    [Fact]
    public void Ask_AfterAWhile_DoesAtOnce()
    {
        for (int i = 1; i <= 3; i++)
        {
            _throttle.Ask();
            Assert.Equal(i, _done);
            Advance(50);
        }
    }

    [Fact]
    public void Ask_OftenInAnInterval_DoesOnceMoreWhenItIsOver()
    {
        for (int i = 0; i < 10; i++)
            _throttle.Ask();
        Assert.Equal(1, _done);
        Advance(49);
        Assert.Equal(1, _done);
        Advance(1);
        Assert.Equal(2, _done);
        Advance(1000);
        Assert.Equal(2, _done);
    }

    [Fact]
    public void Do_WhileItIsAskedFor_DoesWhatWasAskedFor()
    {
        _throttle.Ask();
        _throttle.Ask();
        _throttle.Do();
        Assert.Equal(2, _done);
        Advance(1000);
        Assert.Equal(2, _done);
    }

    private void Advance(int milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
}
