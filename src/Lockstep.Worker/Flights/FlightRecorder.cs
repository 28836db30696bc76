using Lockstep.Core.Collectives;
using Lockstep.Core.Flights;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Flights;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Worker.Flights;

/// <summary>
/// What this worker did last, where it survives the worker: the phases of its steps and its operations with others, in a file of its own
/// for each generation, so that none writes over what a loss has left. Where no run directory is shared, nothing is recorded.
/// </summary>
/// <param name="runDirectory">Where; null for nowhere.</param>
/// <param name="workerId">Name of the worker.</param>
internal sealed class FlightRecorder(string? runDirectory, string workerId) : IDisposable
{
    private readonly SteadyClock _time = new();
    private FlightWriter? _writer;
    private long _generation;
    private int _rank;

    /// <summary>One that records nothing.</summary>
    public static FlightRecorder None { get; } = new(null, "");

    /// <summary>This worker takes its slot of a generation.</summary>
    public void Take(Plan plan, int rank)
    {
        (_generation, _rank) = (plan.Generation, rank);
        _writer?.Dispose();
        _writer = runDirectory is null
            ? null
            : FlightWriter.TryBegin(
                runDirectory,
                new(plan.RunId, workerId, Environment.MachineName, Environment.ProcessId, TimeProvider.System.GetUtcNow()),
                rank
            );
        Write(FlightKind.Generation, entry => entry with { Step = plan.StartStep, Members = new(0, 1, plan.Members.Count) });
    }

    /// <summary>A phase begins, and the one before is over.</summary>
    public void Enter(long step, Phase phase) => Write(FlightKind.Phase, entry => entry with { Step = step, Code = (int)phase });

    /// <summary>Records how this worker's part in the generation ends.</summary>
    /// <param name="training">Its part.</param>
    public async Task<T> AroundAsync<T>(Task<T> training)
    {
        try
        {
            var end = await training;
            Leave(FlightOutcome.Done);
            return end;
        }
        catch (Exception e)
        {
            Leave(
                e is PeerLostException or OperationCanceledException ? FlightOutcome.Broken : FlightOutcome.Failed,
                e as PeerLostException
            );
            throw;
        }
    }

    /// <summary>The same group; what it does is recorded.</summary>
    /// <param name="group">A group of the mesh or of GPUs.</param>
    /// <param name="ranks">Its members, in the plan.</param>
    public ICollectives Around(ICollectives group, IReadOnlyList<int> ranks) =>
        _writer is null || group.Size == 1 ? group : new RecordedCollectives(group, FlightMembers.Of(ranks), this, _generation);

    public void Dispose() => _writer?.Dispose();

    /// <summary>An operation begins.</summary>
    /// <returns>Its entry's number.</returns>
    internal long Begin(Operation operation, long bytes, FlightMembers members) =>
        Write(FlightKind.Operation, entry =>
            entry with
            {
                Code = (int)operation.Kind,
                Step = operation.Step,
                Point = operation.Point,
                Bytes = bytes,
                Members = members,
            }
        );

    /// <summary>The training thread waits for it; what is waited for when its generation is over is not recorded.</summary>
    internal void Wait(long generation, long entry)
    {
        if (generation == _generation)
            _writer?.Wait(entry, Now);
    }

    /// <summary>It is over.</summary>
    internal void End(long generation, long entry, FlightOutcome outcome, PeerLostException? lost = null)
    {
        if (generation == _generation)
            _writer?.End(entry, Now, outcome, lost?.LostRank ?? -1);
    }

    private void Leave(FlightOutcome outcome, PeerLostException? lost = null)
    {
        long now = Now;
        Write(FlightKind.End, entry => entry with { Ended = now, Outcome = outcome, Blames = lost?.LostRank ?? -1 });
    }

    private long Now => _time.GetUtcNow().UtcTicks;

    private long Write(FlightKind kind, Func<FlightEntry, FlightEntry> fill) =>
        _writer?.Begin(
            fill(
                new FlightEntry(0, kind)
                {
                    Generation = _generation,
                    Rank = _rank,
                    Begun = Now,
                    Blames = -1,
                }
            )
        )
        ?? 0;
}
