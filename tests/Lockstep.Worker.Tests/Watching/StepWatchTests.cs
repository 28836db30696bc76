using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;
using Lockstep.Protocol.V1;
using Lockstep.Transport;
using Lockstep.Worker.Flights;
using Lockstep.Worker.Phasing;
using Lockstep.Worker.Watching;
using Microsoft.Extensions.Time.Testing;

namespace Lockstep.Worker.Tests.Watching;

/// <summary>How long workers wait for each other follows from their own steps, and a standstill is told of.</summary>
public sealed class StepWatchTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();
    private readonly List<TimeSpan> _deadlines = [];
    private readonly List<Phase> _alive = [];
    private readonly List<WorkerMessage> _told = [];
    private readonly StepTrace _trace = new(0, "run", 1, new Slot(0, 0));
    private readonly StepWatch _watch;

    public StepWatchTests() => _watch = new StepWatch(Longest, _deadlines.Add, null, _trace, FlightRecorder.None, _alive.Add, _time);

    public void Dispose() => _trace.Dispose();

    [Fact]
    public void End_OfTheFirstSteps_SetsNoDeadline()
    {
        Steps(4, seconds: 1);
        Assert.Empty(_deadlines);
        Steps(1, seconds: 1);
        Assert.Single(_deadlines);
    }

    [Theory]
    [InlineData(0.1, 5)] // five seconds at least
    [InlineData(2, 20)] // ten times the slowest
    [InlineData(7, 60)] // the plan's deadline at most
    public void End_OfSteps_SetsTheDeadlineByTheSlowestOfThem(double seconds, double deadline)
    {
        Steps(4, seconds / 2);
        Steps(1, seconds);
        Assert.Equal(TimeSpan.FromSeconds(deadline), Assert.Single(_deadlines));
    }

    [Fact]
    public void End_OfASlowStepLongAgo_IsForgotten()
    {
        Steps(1, seconds: 5);
        Steps(19, seconds: 1);
        Assert.Equal(TimeSpan.FromSeconds(50), _deadlines[^1]);
        Steps(1, seconds: 1);
        Assert.Equal(TimeSpan.FromSeconds(10), _deadlines[^1]);
    }

    [Fact]
    public void Pause_ForWhatIsNoStep_GivesThePlansDeadline()
    {
        Steps(5, seconds: 1);
        _time.Advance(TimeSpan.FromSeconds(1));

        _watch.Pause(Phase.Evaluation);

        Assert.Equal(Longest, _deadlines[^1]);
        Assert.Equal((Phase.Evaluation, _time.GetTimestamp()), (_watch.Place.Phase, _watch.Place.Since));
    }

    [Fact]
    public void Enter_APhase_IsTheNewPlaceAndASignOfLife()
    {
        _watch.Begin(7);
        _watch.Enter(Phase.Forward);
        _time.Advance(TimeSpan.FromSeconds(1));
        _watch.Alive();

        Assert.Equal([Phase.Forward, Phase.Forward], _alive);
        Assert.Equal((7L, Phase.Forward, _time.GetTimestamp()), (_watch.Place.Step, _watch.Place.Phase, _watch.Place.Since));
    }

    [Fact]
    public void Standstill_OfASecond_IsToldTwiceASecondWithWhomItWaitsFor()
    {
        PeerWait? wait = new(new Operation(OperationKind.Reduce, 7, 3), 1);
        using var teller = new StandstillTeller(_watch, () => wait, _told.Add, _time);
        _watch.Begin(7);
        _watch.Enter(Phase.Reduce);

        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Empty(_told);
        _time.Advance(TimeSpan.FromSeconds(0.5));
        var still = Assert.Single(_told).Standstill;
        Assert.Equal((8, Phase.Reduce, 1, 1.0), (still.Step, still.Phase, still.WaitsFor, still.Seconds));
        Assert.Equal(wait.Operation.ToString(), still.Operation);

        wait = null;
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal((-1, "", 1.5), (_told[^1].Standstill.WaitsFor, _told[^1].Standstill.Operation, _told[^1].Standstill.Seconds));
    }

    private void Steps(int count, double seconds)
    {
        for (int i = 0; i < count; i++)
        {
            _watch.Begin(i);
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(seconds, _watch.End().Total);
        }
    }
}
