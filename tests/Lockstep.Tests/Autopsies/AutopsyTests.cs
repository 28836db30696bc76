using AlexNet.Testing;
using Lockstep.Autopsies;
using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Core.Flights;
using Lockstep.Pictures;
using Lockstep.Protocol.V1;

namespace Lockstep.Tests.Autopsies;

/// <summary>Who was first, by what three workers of one generation left. Moments are in milliseconds.</summary>
public sealed class AutopsyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Of_AKilledWorker_NamesItAndWhoWaitedForIt()
    {
        var found = Autopsy.Of(
            [
                Flight(
                    0,
                    Phase(100, Protocol.V1.Phase.Backward),
                    Reduce(120, waited: 125, ended: 700, FlightOutcome.Broken, blames: 1),
                    End(710, FlightOutcome.Broken, 1)
                ),
                Flight(1, Phase(100, Protocol.V1.Phase.Backward)),
                Flight(
                    2,
                    Phase(100, Protocol.V1.Phase.Backward),
                    Reduce(130, waited: 140, ended: 600, FlightOutcome.Broken, blames: 1),
                    End(610, FlightOutcome.Broken, 1)
                ),
            ],
            generation: null,
            Now
        );
        Assert.Equal("w1", found.First?.Identity.WorkerId);
        Assert.StartsWith(
            "Worker w1 (rank 1, process 11 on host) was first: its signs end in backward of step 8, at 00:00:00.100 UTC",
            found.Sentences[0],
            StringComparison.Ordinal
        );
        Assert.Equal(
            "Worker w0 (rank 0, process 10 on host) waited for it in reduce 2 of step 8 from 00:00:00.125 UTC on, for 0.575 s.",
            found.Sentences[1]
        );
        Assert.Equal(3, found.Sentences.Count);
        AutopsyPicture.Write(_folder["autopsy.png"], found);
        Assert.True(new FileInfo(_folder["autopsy.png"]).Length > 1_000);
    }

    /// <summary>Who broke a wait off because another was missing has its own last sign before that, and is not first.</summary>
    [Fact]
    public void Of_TwoThatLeftNoEnd_TakesTheOneThatWaitedForNobody()
    {
        var found = Autopsy.Of(
            [
                Flight(0, Phase(90, Protocol.V1.Phase.Forward), Reduce(95, waited: 96)), // killed by the engine while it waited
                Flight(1, Phase(100, Protocol.V1.Phase.Backward)),
                Flight(2, Phase(100, Protocol.V1.Phase.Backward), End(610, FlightOutcome.Broken, 1)),
            ],
            generation: null,
            Now
        );
        Assert.Equal("w1", found.First?.Identity.WorkerId);
    }

    [Fact]
    public void Of_AWorkerThatFailedByItself_SaysSo()
    {
        var found = Autopsy.Of(
            [
                Flight(0, Phase(100, Protocol.V1.Phase.Load), End(150, FlightOutcome.Failed)),
                Flight(1, Phase(90, Protocol.V1.Phase.Load), End(300, FlightOutcome.Broken, 0)),
            ],
            generation: null,
            Now
        );
        Assert.StartsWith(
            "Worker w0 (rank 0, process 10 on host) was first: it failed by itself in load of step 8",
            found.Sentences[0],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Of_ANetworkThatWasCut_NamesWhomMostMissed()
    {
        Flight Missing(int rank, int other) => Flight(rank, Phase(100, Protocol.V1.Phase.Forward), End(200, FlightOutcome.Broken, other));
        var found = Autopsy.Of([Missing(0, 2), Missing(1, 2), Missing(2, 0)], generation: null, Now);
        Assert.Equal("w2", found.First?.Identity.WorkerId);
        Assert.Contains("look at the network", found.Sentences[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AHangThatGoesOn_PointsAtWhoWaitsForNobody()
    {
        var found = Autopsy.Of(
            [
                Flight(0, Phase(100, Protocol.V1.Phase.Backward), Reduce(120, waited: 121)),
                Flight(1, Phase(110, Protocol.V1.Phase.Load)),
                Flight(2, Phase(100, Protocol.V1.Phase.Backward), Reduce(120, waited: 122)),
            ],
            generation: null,
            Now
        );
        Assert.Contains("look at worker w1", found.Sentences[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SeveralGenerations_LooksAtTheLastThatBroke()
    {
        Flight[] flights =
        [
            Flight(0, Phase(100, Protocol.V1.Phase.Backward), End(200, FlightOutcome.Broken, 1)),
            Flight(1, Phase(90, Protocol.V1.Phase.Backward)),
            Later(0),
            Later(1),
        ];
        Assert.Equal((1, "w1"), (Autopsy.Of(flights, null, Now).Generation, Autopsy.Of(flights, null, Now).First?.Identity.WorkerId));
        Assert.Equal("Generation 2 ended in good order on 2 workers.", Assert.Single(Autopsy.Of(flights, 2, Now).Sentences));
        Assert.Contains(
            "recorders are left of 1, 2",
            Assert.Throws<BadInputException>(() => Autopsy.Of(flights, 3, Now)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Of_ALossBeforeAHang_LooksAtTheHangAndNamesTheLoss()
    {
        Flight[] flights =
        [
            Flight(0, Phase(100, Protocol.V1.Phase.Backward), End(200, FlightOutcome.Broken, 1)),
            Flight(1, Phase(90, Protocol.V1.Phase.Backward)),
            Open(0),
            Open(1),
        ];
        var hanging = Autopsy.Of(flights, null, Now.AddMinutes(1));
        Assert.Equal(2, hanging.Generation);
        Assert.Equal("Generation 1 broke too: --generation 1 looks at it.", hanging.Sentences[^1]);
        var training = Autopsy.Of(flights, null, Now);
        Assert.Equal(1, training.Generation);
        Assert.Equal("Generation 2 has not ended; its last sign is of 00:00:00.900 UTC.", training.Sentences[^1]);
    }

    [Fact]
    public void Of_ADirectoryThatAnEarlierRunUsed_LooksAtTheNewestRunOnly()
    {
        var earlier = Flight(1, Phase(90, Protocol.V1.Phase.Backward), End(95, FlightOutcome.Failed));
        var later = Later(0);
        Flight[] flights =
        [
            earlier with
            {
                Identity = earlier.Identity with { RunId = "earlier" },
            },
            later with
            {
                Identity = later.Identity with { Started = Now },
            },
        ];
        Assert.Equal("Generation 2 ended in good order on 1 worker.", Assert.Single(Autopsy.Of(flights, null, Now).Sentences));
    }

    [Fact]
    public void Of_AnEndThatIsAllThatIsLeft_HasItsMomentAsLastSign()
    {
        var found = Autopsy.Of([Flight(0, End(150, FlightOutcome.Failed)), Flight(1, End(160, FlightOutcome.Broken, 0))], null, Now);
        Assert.Contains(
            "w0 (rank 0, process 10 on host) was first: it failed by itself before its first step",
            found.Sentences[0],
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();

    private static DateTimeOffset Now => DateTimeOffset.UnixEpoch.AddSeconds(1);

    private static Flight Open(int rank)
    {
        var flight = Later(rank);
        return flight with { Entries = [.. flight.Entries.Where(e => e.Kind != FlightKind.End)] };
    }

    private static Flight Flight(int rank, params FlightEntry[] entries) =>
        new(
            new("run", $"w{rank}", "host", 10 + rank, DateTimeOffset.UnixEpoch),
            [.. entries.Select((e, i) => e with { Number = i + 1, Rank = rank, Generation = 1 })]
        );

    private static Flight Later(int rank)
    {
        var flight = Flight(rank, Phase(900, Protocol.V1.Phase.Update), End(950, FlightOutcome.Done));
        return flight with { Entries = [.. flight.Entries.Select(e => e with { Generation = 2 })] };
    }

    private static FlightEntry Phase(int begun, Phase phase) =>
        new(0, FlightKind.Phase)
        {
            Begun = At(begun),
            Step = 7,
            Code = (int)phase,
        };

    private static FlightEntry Reduce(int begun, int waited, int ended = 0, FlightOutcome outcome = FlightOutcome.Open, int blames = -1) =>
        new(0, FlightKind.Operation)
        {
            Code = (int)OperationKind.Reduce,
            Point = 2,
            Step = 7,
            Members = new(0, 1, 3),
            Begun = At(begun),
            Waited = At(waited),
            Ended = ended > 0 ? At(ended) : 0,
            Outcome = outcome,
            Blames = blames,
        };

    private static FlightEntry End(int at, FlightOutcome outcome, int blames = -1) =>
        new(0, FlightKind.End)
        {
            Begun = At(at),
            Ended = At(at),
            Outcome = outcome,
            Blames = blames,
        };

    private static long At(int milliseconds) => DateTime.UnixEpoch.AddMilliseconds(milliseconds).Ticks;
}
