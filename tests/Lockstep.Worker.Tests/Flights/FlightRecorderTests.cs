using AlexNet.Testing;
using Lockstep.Core.Collectives;
using Lockstep.Core.Flights;
using Lockstep.Core.Plans;
using Lockstep.Core.Topology;
using Lockstep.Storage.Flights;
using Lockstep.Worker.Flights;

namespace Lockstep.Worker.Tests.Flights;

/// <summary>What a worker leaves of how its part in a generation ended: who failed is told from who was missing another.</summary>
public sealed class FlightRecorderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<Exception?, FlightOutcome, int> Ends =>
        new()
        {
            { null, FlightOutcome.Done, -1 },
            { new PeerLostException("worker w1 is gone", 1), FlightOutcome.Broken, 1 },
            { new OperationCanceledException("the coordinator ended the run"), FlightOutcome.Broken, -1 },
            { new InvalidOperationException("the loss is not finite"), FlightOutcome.Failed, -1 },
        };

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task AroundAsync_OfEachEnd_RecordsIt(Exception? error, FlightOutcome outcome, int blames)
    {
        using var recorder = new FlightRecorder(_folder.Path, "w0");
        var topology = new RunTopology(1, 1);
        recorder.Take(new Plan("run", 3, topology, [new(0, topology.SlotOf(0), "w0", "here", 1, "")], 0, TimeSpan.FromMinutes(1)), 0);
        var training = error is null ? Task.FromResult(7) : Task.FromException<int>(error);
        Assert.Same(error, await Record.ExceptionAsync(() => recorder.AroundAsync(training)));
        var end = Assert.Single(FlightReader.ReadAll(_folder.Path)).Entries[^1];
        Assert.Equal((FlightKind.End, 3, outcome, blames), (end.Kind, end.Generation, end.Outcome, end.Blames));
    }

    public void Dispose() => _folder.Dispose();
}
