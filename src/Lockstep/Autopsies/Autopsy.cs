using System.Globalization;
using Lockstep.Core.Errors;
using Lockstep.Core.Flights;
using Lockstep.Core.Texts;

namespace Lockstep.Autopsies;

/// <summary>
/// Who was first when a generation broke or hung, by what all its workers have left: a pure function. Moments of different machines are
/// compared as their clocks have them.
/// </summary>
/// <param name="Generation">The generation that is looked at.</param>
/// <param name="Workers">In the order of their ranks.</param>
/// <param name="First">Who was first; null where nobody can be named.</param>
/// <param name="Sentences">What is found, in words.</param>
internal sealed record Autopsy(long Generation, IReadOnlyList<WorkerTrace> Workers, WorkerTrace? First, IReadOnlyList<string> Sentences)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10); // after which a generation without an end may hang

    /// <param name="flights">Everything that is left in a run directory; the newest run in it counts.</param>
    /// <param name="generation">
    /// The generation to look at; null for the newest where it hangs, otherwise for the last that did not end in good order.
    /// </param>
    /// <param name="now">The time at which it is looked at.</param>
    /// <exception cref="BadInputException">Nothing is left of that generation.</exception>
    public static Autopsy Of(IReadOnlyList<Flight> flights, long? generation, DateTimeOffset now)
    {
        string? run = flights.MaxBy(f => f.Identity.Started)?.Identity.RunId;
        var generations = flights
            .Where(f => f.Identity.RunId == run)
            .SelectMany(f => f.Entries.GroupBy(e => e.Generation).Select(g => new WorkerTrace(f.Identity, [.. g])))
            .GroupBy(t => t.Entries[0].Generation)
            .OrderByDescending(g => g.Key)
            .ToList();
        var chosen = generation is { } asked
            ? generations.FirstOrDefault(g => g.Key == asked)
            : generations.Take(1).FirstOrDefault(g => Hangs(g, now))
                ?? generations.FirstOrDefault(IsBroken)
                ?? generations.FirstOrDefault();
        if (chosen is null)
        {
            string known = string.Join(", ", generations.Select(g => g.Key).Order());
            throw new BadInputException(
                generation is null
                    ? "the flight recorders are empty: no worker came to a generation. The logs in the run directory say why."
                    : $"--generation is {generation}; recorders are left of {(known.Length > 0 ? known : "none")}."
            );
        }

        List<WorkerTrace> workers = [.. chosen.OrderBy(t => t.Rank)];
        var first = FirstOf(workers);
        var sentences = Words(chosen.Key, workers, first);
        var others = generation is null ? generations.Where(g => g.Key != chosen.Key) : [];
        return new(chosen.Key, workers, first, [.. sentences, .. others.Select(WordsOfOther).OfType<string>()]);
    }

    /// <summary>What is worth to be known of a generation that is not looked at; null for nothing.</summary>
    private static string? WordsOfOther(IGrouping<long, WorkerTrace> workers) =>
        IsBroken(workers) ? $"Generation {workers.Key} broke too: --generation {workers.Key} looks at it."
        : workers.All(w => w.Outcome == FlightOutcome.Open)
            ? $"Generation {workers.Key} has not ended; its last sign is of {Moment(workers.Max(w => w.LastSign))}."
        : null;

    /// <summary>Nobody has ended it, and nobody has come on for a while.</summary>
    private static bool Hangs(IEnumerable<WorkerTrace> workers, DateTimeOffset now) =>
        workers.All(w => w.Outcome == FlightOutcome.Open && now.UtcTicks - w.LastSign > Quiet.Ticks);

    private static bool IsBroken(IEnumerable<WorkerTrace> workers) =>
        workers.Any(w => w.Outcome is FlightOutcome.Broken or FlightOutcome.Failed);

    /// <summary>
    /// A worker that left no word of its end, or that failed by itself: of several, the one whose signs ended first. Where all ended by
    /// others' losses, the one that most name.
    /// </summary>
    private static WorkerTrace? FirstOf(IReadOnlyList<WorkerTrace> workers)
    {
        var open = workers.Where(w => w.Outcome == FlightOutcome.Open).ToList();
        if (!IsBroken(workers))
            return open.Count > 1 ? open.OrderBy(IsWaiting).ThenBy(w => w.LastSign).First() : null;
        if (workers.Where(w => w.Outcome is FlightOutcome.Open or FlightOutcome.Failed).ToList() is { Count: > 0 } silent)
            return silent.OrderBy(IsWaiting).ThenBy(w => w.LastSign).First();
        var most = workers.Select(w => w.Blames).OfType<int>().CountBy(rank => rank).OrderByDescending(b => b.Value).FirstOrDefault();
        return most.Value > 0 ? workers.FirstOrDefault(w => w.Rank == most.Key) : null;
    }

    /// <summary>Who waits for others is no cause of a hang.</summary>
    private static bool IsWaiting(WorkerTrace worker) => worker.Waiting is not null;

    private static IEnumerable<string> Words(long generation, IReadOnlyList<WorkerTrace> workers, WorkerTrace? first)
    {
        if (first is null)
        {
            yield return workers.All(w => w.Outcome == FlightOutcome.Done)
                ? $"Generation {generation} ended in good order on {Count.Of(workers.Count, "worker")}."
                : $"Nobody can be named who broke generation {generation}: no worker's recorder ends before the others'.";
            yield break;
        }

        string sign = Moment(first.LastSign);
        yield return first.Outcome switch
        {
            _ when !IsBroken(workers) =>
                $"No worker has ended generation {generation}. If the run hangs, look at {Name(first)}: its last sign is the oldest of "
                    + $"those that wait for nobody, {first.Doing}, at {sign}.",
            FlightOutcome.Failed => $"{Capital(Name(first))} was first: it failed by itself {first.Doing}, after {sign}.",
            FlightOutcome.Broken =>
                $"{Capital(Name(first))} was missed by most others. It lived on, and was last {first.Doing}, at {sign}: look "
                    + "at the network between them.",
            _ => $"{Capital(Name(first))} was first: its signs end {first.Doing}, at {sign}, and it left no word of an end. It was killed, "
                + "or it hung.",
        };

        foreach (var worker in workers.Where(w => w != first))
        {
            if (worker.Waiting is not { } wait)
            {
                yield return $"{Capital(Name(worker))} was last {worker.Doing}, at {Moment(worker.LastSign)}.";
                continue;
            }

            long until = wait.Ended > 0 ? wait.Ended : workers.Max(w => w.LastSign);
            string forIt = wait.Members.Contains(first.Rank) ? " for it" : "",
                seconds = Seconds(Math.Max(0, until - wait.Waited));
            string what = $"{WorkerTrace.NameOf(wait)} from {Moment(wait.Waited)} on, for {seconds}";
            yield return $"{Capital(Name(worker))} waited{forIt} in {what}.";
        }

        if (workers.Select(w => w.Identity.Host).Distinct().Count() > 1)
            yield return "The workers were on several machines, and each moment is by the clock of its own.";
    }

    private static string Name(WorkerTrace worker) =>
        $"worker {worker.Identity.WorkerId} (rank {worker.Rank}, process {worker.Identity.ProcessId} on {worker.Identity.Host})";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Moment(long ticks) =>
        new DateTime(ticks, DateTimeKind.Utc).ToString("HH:mm:ss.fff' UTC'", CultureInfo.InvariantCulture);

    private static string Seconds(long ticks) =>
        string.Create(CultureInfo.InvariantCulture, $"{TimeSpan.FromTicks(ticks).TotalSeconds:0.000} s");
}
