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

    /// <summary>Sentences about machines, each with the worker that it is about.</summary>
    /// <param name="machines">One worker of each machine.</param>
    public static IReadOnlyList<Finding> Of(IReadOnlyList<CheckedMachine> machines)
    {
        double disk = MedianOf(machines.Select(m => m.Checkup.DiskSpeed)),
            memory = MedianOf(machines.Select(m => m.Checkup.FreeMemory));
        return
        [
            .. from machine in machines
            from sentence in new[] { ClockOf(machine), DiskOf(machine, disk), MemoryOf(machine, memory) }
            where sentence is not null
            select new Finding(machine.Worker, sentence),
        ];
    }

    /// <summary>Sentences about links; with less than three nothing can be compared.</summary>
    /// <param name="names">Names of the workers, by rank.</param>
    /// <param name="speeds">What each worker measured, by rank.</param>
    public static IReadOnlyList<Finding> OfLinks(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<PeerSpeed>> speeds)
    {
        var links = speeds.SelectMany((list, rank) => list.Where(s => s.Rank > rank).Select(s => (Rank: rank, Speed: s))).ToList();
        if (links.Count < 3)
            return [];
        double rate = MedianOf(links.Select(l => l.Speed.BytesPerSecond)),
            way = Median.Of(links.Select(l => l.Speed.Seconds));
        return
        [
            .. from link in links
            let name = $"the link between {names[link.Rank]} and {names[link.Speed.Rank]}"
            from sentence in new[] { RateOf(name, link.Speed, rate), WayOf(name, link.Speed, way) }
            where sentence is not null
            select new Finding(names[link.Rank], sentence),
        ];
    }

    private static string? ClockOf(CheckedMachine machine)
    {
        double ahead = machine.Checkup.ClockAhead;
        if (Math.Abs(ahead) - machine.Checkup.ClockError <= MostClock)
            return null;
        string way = ahead > 0 ? "ahead of" : "behind";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the clock of {machine.Host} is {Math.Abs(ahead):0.0} s {way} the coordinator's; moments in logs and flight recorders do not "
                + $"agree until it is set (NTP)"
        );
    }

    private static string? DiskOf(CheckedMachine machine, double median)
    {
        double speed = machine.Checkup.DiskSpeed;
        return !IsFar(speed, median) || speed >= SlowDisk
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{machine.Host} writes {speed / 1e6:0.0} MB/s into the run directory, and the median machine {median / 1e6:0.0}; "
                    + $"checkpoints wait for it"
            );
    }

    private static string? MemoryOf(CheckedMachine machine, double median)
    {
        double free = machine.Checkup.FreeMemory;
        return !IsFar(free, median)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{machine.Host} has {free / 1e9:0.0} GB of free memory, and the median machine {median / 1e9:0.0}; look what else "
                    + $"runs there"
            );
    }

    private static string? RateOf(string link, PeerSpeed speed, double median) =>
        !IsFar(speed.BytesPerSecond, median) || speed.BytesPerSecond >= SlowLink
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{link} carries {speed.BytesPerSecond / 1e6:0} MB/s, and the median link {median / 1e6:0}; all others wait for it"
            );

    private static string? WayOf(string link, PeerSpeed speed, double median) =>
        speed.Seconds <= Far * median || speed.Seconds <= LongWay
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"a message over {link} takes {speed.Seconds * 1e3:0.0} ms, and over the median link {median * 1e3:0.0}"
            );

    private static bool IsFar(double value, double median) => value > 0 && value * Far < median;

    /// <summary>Of what was measured; of an even number the greater of the two in the middle. 0 with less than two.</summary>
    private static double MedianOf(IEnumerable<double> values) =>
        values.Where(v => v > 0).Select(v => -v).ToList() is { Count: > 1 } measured ? -Median.Of(measured) : 0;

    private static double MedianOf(IEnumerable<long> values) => MedianOf(values.Select(v => (double)v));
}
