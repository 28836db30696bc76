using System.Globalization;

namespace Lockstep.Core.Runs;

/// <summary>Which data a run trains and evaluates on: what it must find again when it goes on.</summary>
/// <param name="Fingerprint">Hexadecimal SHA-256 of what the set holds, the same on every machine.</param>
/// <param name="TrainSamples">Number of training samples.</param>
/// <param name="TestSamples">Number of test samples.</param>
/// <param name="ClassNames">A word for each class, in the order of the labels.</param>
public sealed record DataIdentity(string Fingerprint, int TrainSamples, int TestSamples, IReadOnlyList<string> ClassNames)
{
    private const int MostClassesTold = 3;

    /// <summary>Each difference as "there were 12 training samples and are now 13"; none where the data are the same.</summary>
    public IReadOnlyList<string> Differences(DataIdentity now)
    {
        var differences = ClassDifferences(ClassNames, now.ClassNames).ToList();
        if (TrainSamples != now.TrainSamples)
        {
            differences.Add(
                FormattableString.Invariant($"there were {TrainSamples:N0} training samples and are now {now.TrainSamples:N0}")
            );
        }

        if (TestSamples != now.TestSamples)
            differences.Add(FormattableString.Invariant($"there were {TestSamples:N0} test samples and are now {now.TestSamples:N0}"));
        if (differences.Count == 0 && Fingerprint != now.Fingerprint)
        {
            differences.Add(
                $"the names, sizes, order or content of its files have changed (fingerprint {Short(Fingerprint)} before, "
                    + $"{Short(now.Fingerprint)} now)"
            );
        }

        return differences;
    }

    /// <summary>
    /// How the classes of one data set differ from those of another; none where they are the same in the same order, or where one side
    /// knows only numbers.
    /// </summary>
    public static IReadOnlyList<string> ClassDifferences(IReadOnlyList<string> before, IReadOnlyList<string> now)
    {
        if (before.Count != now.Count)
            return [FormattableString.Invariant($"there were {before.Count} classes and are now {now.Count}")];
        if (IsNumbers(before) || IsNumbers(now))
            return [];
        string[] all =
        [
            .. before
                .Zip(now)
                .Index()
                .Where(c => c.Item.First != c.Item.Second)
                .Select(c => $"class {c.Index} was '{c.Item.First}' and is now '{c.Item.Second}'"),
        ];
        return all.Length <= MostClassesTold
            ? all
            : [.. all.Take(MostClassesTold), $"{all.Length - MostClassesTold} more classes have changed"];
    }

    /// <summary>Says that a run does not go on, and why.</summary>
    public static string Refusal(string runDirectory, IReadOnlyList<string> differences) =>
        $"the run in '{runDirectory}' was begun with other data: {string.Join("; ", differences)}. Continue with the data that it was "
        + "begun with (--data DIR), or begin a new run with these.";

    private static bool IsNumbers(IReadOnlyList<string> names) =>
        names.Select((name, label) => name == label.ToString(CultureInfo.InvariantCulture)).All(isNumber => isNumber);

    private static string Short(string fingerprint) => fingerprint[..Math.Min(12, fingerprint.Length)];
}
