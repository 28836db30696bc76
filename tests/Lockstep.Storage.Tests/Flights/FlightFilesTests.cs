using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Flights;
using Lockstep.Storage.Flights;

namespace Lockstep.Storage.Tests.Flights;

/// <summary>What a flight recorder writes is read again, while it is open as after a kill: nothing is kept back in the process.</summary>
public sealed class FlightFilesTests : IDisposable
{
    private static readonly FlightIdentity Identity = new("run-1", "worker/1 é", "host", 4711, new(2026, 12, 3, 0, 0, 0, TimeSpan.Zero));

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void ReadAll_WhileItIsWritten_FindsEveryFieldOfEveryEntry()
    {
        var entry = new FlightEntry(0, FlightKind.Operation)
        {
            Code = 3,
            Point = 8,
            Step = 1L << 40,
            Bytes = 56_192,
            Generation = 7,
            Rank = 1023,
            Members = new(1, 2, 512),
            Begun = 639_000_000_000_000_000,
            Blames = -1,
        };
        using var writer = Begin(Identity);
        long number = writer.Begin(entry);
        Assert.Equal((Identity, entry with { Number = 1 }), Only());
        writer.Wait(number, entry.Begun + 5);
        writer.End(number, entry.Begun + 9, FlightOutcome.Broken, 3);
        Assert.Equal(
            entry with
            {
                Number = 1,
                Waited = entry.Begun + 5,
                Ended = entry.Begun + 9,
                Outcome = FlightOutcome.Broken,
                Blames = 3,
            },
            Only().Entry
        );
    }

    [Fact]
    public void ReadAll_OfALongLife_FindsTheLastEntriesInOrder()
    {
        using var writer = Begin(Identity);
        for (long step = 1; step <= 5_003; step++)
            writer.Begin(new(0, FlightKind.Phase) { Step = step });
        writer.End(1, 5, FlightOutcome.Failed, 0); // it was written over, and so is nobody's end
        var entries = Assert.Single(FlightReader.ReadAll(_folder.Path)).Entries;
        Assert.Equal(Enumerable.Range(3_004, 2_000).Select(n => ((long)n, (long)n)), entries.Select(e => (e.Number, e.Step)));
        Assert.All(entries, e => Assert.Equal(FlightOutcome.Open, e.Outcome));
    }

    [Fact]
    public async Task Begin_FromManyThreads_LosesNone()
    {
        using var writer = Begin(Identity);
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(_ => Task.Run(() => Enumerable.Range(0, 400).ToList().ForEach(_ => writer.Begin(new(0, FlightKind.Phase)))))
        );
        Assert.Equal(Enumerable.Range(1, 1_600), Assert.Single(FlightReader.ReadAll(_folder.Path)).Entries.Select(e => (int)e.Number));
    }

    [Fact]
    public void TryBegin_AgainAndAgain_KeepsTheLastFourOfEachRank()
    {
        for (int i = 0; i < 7; i++)
        {
            using var one = Begin(Identity with { WorkerId = $"host-{i}", Started = Identity.Started.AddSeconds(i) }, rank: 1);
            using var other = Begin(Identity with { WorkerId = "gpu.1", Started = Identity.Started.AddSeconds(i) }, rank: 10);
        }
        int[][] left =
        [
            .. FlightReader
                .ReadAll(_folder.Path)
                .GroupBy(f => f.Identity.WorkerId == "gpu.1")
                .Select(g => g.Select(f => (f.Identity.Started - Identity.Started).Seconds).ToArray()),
        ];
        Assert.Equal(
            [
                [3, 4, 5, 6],
                [3, 4, 5, 6],
            ],
            left
        );
    }

    [Fact]
    public void TryBegin_WhereNothingCanBeWritten_IsNoError()
    {
        File.WriteAllText(_folder[FlightWriter.Folder], "in its place");
        Assert.Null(FlightWriter.TryBegin(_folder.Path, Identity, 0));
    }

    [Fact]
    public void ReadAll_AmongOtherFiles_TakesRecordersOnly()
    {
        using (Begin(Identity)) { }
        File.WriteAllText(_folder["flights/other.flight"], "something else");
        File.WriteAllBytes(_folder["flights/zeros.flight"], new byte[10_000]);
        Assert.Single(FlightReader.ReadAll(_folder.Path));
    }

    [Theory]
    [InlineData(64, -1)] // its begin
    [InlineData(72, long.MaxValue)] // since when it was waited for
    [InlineData(80, long.MinValue)] // its end
    public void ReadAll_OfAnEntryWithAMomentThatCannotBe_LeavesItOut(int place, long moment)
    {
        using (var writer = Begin(Identity))
            writer.Begin(new(0, FlightKind.Phase) { Begun = 5 });
        string path = Directory.GetFiles(_folder[FlightWriter.Folder]).Single();
        byte[] bytes = File.ReadAllBytes(path);
        BitConverter.TryWriteBytes(bytes.AsSpan(4096 + place), moment);
        File.WriteAllBytes(path, bytes);
        Assert.Empty(Assert.Single(FlightReader.ReadAll(_folder.Path)).Entries);
    }

    [Fact]
    public void ReadAll_OfAHeadWithoutNames_LeavesItOut()
    {
        using (Begin(Identity)) { }
        byte[] head = new byte[10_000];
        "lockstep flight 1\n{}\n"u8.CopyTo(head);
        File.WriteAllBytes(_folder["flights/empty.flight"], head);
        Assert.Single(FlightReader.ReadAll(_folder.Path));
    }

    [Fact]
    public void ReadAll_WithoutRecorders_SaysWhereTheyComeFrom() =>
        Assert.Contains(
            "no flight recorder",
            Assert.Throws<BadInputException>(() => FlightReader.ReadAll(_folder.Path)).Message,
            StringComparison.Ordinal
        );

    public void Dispose() => _folder.Dispose();

    private FlightWriter Begin(FlightIdentity identity, int rank = 0) =>
        FlightWriter.TryBegin(_folder.Path, identity, rank) ?? throw new InvalidOperationException("it could not be begun");

    private (FlightIdentity, FlightEntry Entry) Only()
    {
        var flight = Assert.Single(FlightReader.ReadAll(_folder.Path));
        return (flight.Identity, Assert.Single(flight.Entries));
    }
}
