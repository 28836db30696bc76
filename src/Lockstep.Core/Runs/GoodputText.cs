using System.Globalization;
using Lockstep.Core.Texts;

namespace Lockstep.Core.Runs;

/// <summary>How what a run's time went to is worded.</summary>
public static class GoodputText
{
    private const double Told = 0.005; // share of the time, below which a loss is not named

    /// <summary>A use in words.</summary>
    public static string Of(TimeUse use) =>
        use switch
        {
            TimeUse.Productive => "steps",
            TimeUse.Evaluating => "evaluations",
            TimeUse.Starting => "starting",
            TimeUse.Forming => "forming generations",
            TimeUse.Data => "waiting for data",
            TimeUse.Stragglers => "waiting for stragglers",
            TimeUse.Saving => "saving",
            TimeUse.Repeated => "repeated steps",
            TimeUse.Away => "without a coordinator",
            TimeUse.Stopped => "stopped",
            _ => throw new ArgumentOutOfRangeException(nameof(use), use, "It has no words."),
        };

    /// <summary>Whether it brings the run on.</summary>
    public static bool IsGood(TimeUse use) => use is TimeUse.Productive or TimeUse.Evaluating;

    /// <summary>
    /// The whole in a line, such as <c>Goodput 93% of 12:31; lost: 5% starting, 2% repeated steps.</c> Losses below half a percent are left
    /// out, and so are stops, which the time does not hold either.
    /// </summary>
    public static string Sentence(Goodput goodput)
    {
        double led = goodput.Seconds - goodput.Of(TimeUse.Stopped);
        var lost = goodput
            .Uses.Where(u => !IsGood(u.Use) && u.Use != TimeUse.Stopped && u.Seconds >= Told * led)
            .OrderByDescending(u => u.Seconds)
            .Select(u => string.Create(Percent.Culture, $"{u.Seconds / led:P0} {Of(u.Use)}"));
        string losses = string.Join(", ", lost);
        return string.Create(
            Percent.Culture,
            $"Goodput {goodput.Ratio:P0} of {Time(led)}{(losses.Length > 0 ? $"; lost: {losses}" : "")}."
        );
    }

    private static string Time(double seconds) =>
        TimeSpan.FromSeconds(seconds) is var time && time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time:mm\\:ss}")
            : time.ToString(@"m\:ss", CultureInfo.InvariantCulture);
}
