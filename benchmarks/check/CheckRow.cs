namespace AlexNet.CheckBenchmark;

/// <summary>One thing that was checked on a device.</summary>
/// <param name="What">What was checked, in words.</param>
/// <param name="Found">What was found.</param>
/// <param name="Allowed">What is allowed, and why.</param>
/// <param name="Good">Whether it is as it must be; null where nothing is required.</param>
internal sealed record CheckRow(string What, string Found, string Allowed, bool? Good)
{
    /// <summary>A distance that may be so large.</summary>
    public static CheckRow Of(string what, double found, double allowed, string why) =>
        // NaN is not
        new(
            what,
            FormattableString.Invariant($"{found:0.0e+0}"),
            FormattableString.Invariant($"{allowed:0.0e+0}: {why}"),
            found <= allowed
        );

    /// <summary>What could not be checked, because it failed.</summary>
    public static CheckRow Failed(string what, Exception error) => new(what, error.Message.ReplaceLineEndings(" "), "it must run", false);

    public string Verdict =>
        Good switch
        {
            true => "yes",
            false => "NO",
            null => "reported",
        };
}
