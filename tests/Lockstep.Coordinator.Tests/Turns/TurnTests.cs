using Lockstep.Coordinator.Turns;

namespace Lockstep.Coordinator.Tests.Turns;

public class TurnTests
{
    [Fact]
    public void Begin_AfterATurnThatBroke_ForgetsWhatItHadDecidedOn()
    {
        var turn = new Turn();
        turn.Begin(DateTimeOffset.UnixEpoch);
        turn.Do(new KeepDrain(Hold: false));

        turn.Begin(DateTimeOffset.UnixEpoch);
        turn.Do(new CountWorkers([]));

        Assert.IsType<CountWorkers>(Assert.Single(turn.End()));
        Assert.Empty(turn.End());
    }
}
