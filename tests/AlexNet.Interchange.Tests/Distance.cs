namespace AlexNet.Interchange.Tests;

/// <summary>How far results lie from others.</summary>
internal static class Distance
{
    /// <summary>What any of the nets may be away from itself in another program.</summary>
    public const double Most = 1e-5;

    /// <summary>The relative L2 distance is below <see cref="Most"/>, and the results say something.</summary>
    public static void AssertSmall(IReadOnlyList<double> ours, IReadOnlyList<double> theirs)
    {
        Assert.Equal(ours.Count, theirs.Count);
        Assert.True(ours.Distinct().Count() > ours.Count / 5 && ours.Max(Math.Abs) > 1e-3, "the results say nothing");
        string seen = FormattableString.Invariant($"the relative L2 distance is {Relative(ours, theirs):E1}; below {Most:E1} is required.");
        TestContext.Current.TestOutputHelper?.WriteLine(seen);
        Assert.True(Relative(ours, theirs) < Most, seen);
    }

    private static double Relative(IReadOnlyList<double> ours, IReadOnlyList<double> theirs) =>
        Math.Sqrt(ours.Zip(theirs, (a, b) => (a - b) * (a - b)).Sum() / ours.Sum(a => a * a));
}
