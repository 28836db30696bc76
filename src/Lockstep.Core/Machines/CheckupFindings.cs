using System.Globalization;
using Lockstep.Core.Numerics;

namespace Lockstep.Core.Machines;

/// <summary>
/// Names the machines and links of a run that are far from the others: a pure function. What holds of all is no finding, for it is what the
/// run was given.
/// </summary>
public static class CheckupFindings
{
    private const double Far = 4, // times worse than the median
        MostClock = 1, // seconds
        SlowDisk = 50e6, // bytes per second, below which a slow disk is felt
        SlowLink = 1e9,
        LongWay = 0.001; // seconds

    /// <summary>What is to be known of machines.</summary>
    /// <param name="machines">All machines of the run.</param>
    public static IReadOnlyList<Finding> Of(IReadOnlyList<CheckedMachine> machines) =>
        [.. Clocks(machines), .. Disks(machines), .. Memories(machines)];

    /// <summary>What is to be known of links; with less than three nothing can be compared.</summary>
    /// <param name="names">Names of the workers, by rank.</param>
    /// <param name="speeds">What each worker measured, by rank; what it says of ranks that are not there is left out.</param>
    public static IReadOnlyList<Finding> OfLinks(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<PeerSpeed>> speeds)
    {
        var links = speeds
            .SelectMany((list, rank) => list.Where(s => s.Rank > rank && s.Rank < names.Count).Select(s => (Rank: rank, Speed: s)))
            .ToList();
        if (links.Count < 3)
            return [];
        double rate = Better(links.Select(l => l.Speed.BytesPerSecond)),
            way = Median.Of(links.Select(l => l.Speed.Seconds));
        var found = new List<Finding>();
        foreach (var (rank, speed) in links)
        {
            string link = $"the link between {names[rank]} and {names[speed.Rank]}";
            if (IsFar(speed.BytesPerSecond, rate) && speed.BytesPerSecond < SlowLink)
            {
                string sentence =
                    $"{link} carries {Megabytes(speed.BytesPerSecond, 0)} MB/s, and the median link {Megabytes(rate, 0)}; "
                    + "all others wait for it";
                found.Add(new($"rate of {link}", names[rank], sentence));
            }
            if (speed.Seconds > Far * way && speed.Seconds > LongWay)
            {
                string sentence = Invariant(
                    $"a message over {link} takes {speed.Seconds * 1e3:0.0} ms, and over the median link {way * 1e3:0.0}"
                );
                found.Add(new($"way of {link}", names[rank], sentence));
            }
        }

        return found;
    }

    /// <summary>Most clocks are right; among them is the coordinator's, which counts as one more machine's.</summary>
    private static IEnumerable<Finding> Clocks(IReadOnlyList<CheckedMachine> machines)
    {
        double right = Right([0, .. machines.Select(m => m.Checkup.ClockAhead)]);
        if (Math.Abs(right) - machines.Select(m => m.Checkup.ClockError).DefaultIfEmpty().Max() > MostClock)
            yield return new("clock of the coordinator", "", ClockSentence("the coordinator", -right, "the median machine's"));
        foreach (var machine in machines)
        {
            double ahead = machine.Checkup.ClockAhead - right;
            string other = right == 0 ? "the coordinator's" : "the median machine's";
            if (Math.Abs(ahead) - machine.Checkup.ClockError > MostClock)
                yield return new($"clock of {machine.Host}", machine.Worker, ClockSentence(machine.Host, ahead, other));
        }
    }

    private static IEnumerable<Finding> Disks(IReadOnlyList<CheckedMachine> machines)
    {
        double median = Better(machines.Select(m => m.Checkup.DiskSpeed).OfType<double>());
        foreach (var machine in machines)
        {
            if (machine.Checkup.DiskSpeed is not { } speed || speed >= SlowDisk || !IsFar(speed, median))
                continue;
            string sentence =
                $"{machine.Host} writes {Megabytes(speed, 1)} MB/s into the run directory, and the median machine {Megabytes(median, 1)}; "
                + "checkpoints wait for it";
            yield return new($"disk of {machine.Host}", machine.Worker, sentence);
        }
    }

    private static IEnumerable<Finding> Memories(IReadOnlyList<CheckedMachine> machines)
    {
        double median = Better(machines.Select(m => (double?)m.Checkup.FreeMemory).OfType<double>());
        foreach (var machine in machines)
        {
            if (machine.Checkup.FreeMemory is not { } free || !IsFar(free, median))
                continue;
            string sentence =
                Invariant($"{machine.Host} has {free / 1e9:0.0} GB of free memory, and the median machine {median / 1e9:0.0}; ")
                + "look what else runs there";
            yield return new($"memory of {machine.Host}", machine.Worker, sentence);
        }
    }

    private static string ClockSentence(string whose, double ahead, string other)
    {
        string way = ahead > 0 ? "ahead of" : "behind";
        return Invariant(
                $"the clock of {whose} is {Math.Abs(ahead):0.0} s {way} {other}; moments in logs and flight recorders do not agree "
            ) + "until it is set (NTP)";
    }

    private static bool IsFar(double value, double median) => value * Far < median;

    /// <summary>The one in the middle; of an even number the greater of the two. 0 with less than two.</summary>
    private static double Better(IEnumerable<double> values) =>
        values.Select(v => -v).ToList() is { Count: > 1 } measured ? -Median.Of(measured) : 0;

    /// <summary>The one in the middle; of an even number the one that is nearer to the coordinator's.</summary>
    private static double Right(IReadOnlyList<double> ahead) =>
        Median.Of(ahead) is var lower && -Median.Of(ahead.Select(a => -a)) is var upper && Math.Abs(lower) < Math.Abs(upper)
            ? lower
            : upper;

    private static string Megabytes(double bytes, int digits) => (bytes / 1e6).ToString($"F{digits}", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
