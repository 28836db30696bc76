namespace Lockstep.Core.Runs;

/// <summary>What the seconds of a run went to so far, over all its restarts.</summary>
/// <param name="Uses">The uses that took any time, in the order of <see cref="TimeUse"/>.</param>
public sealed record Goodput(IReadOnlyList<UsedTime> Uses)
{
    /// <summary>All of them, from the first start of a coordinator.</summary>
    public double Seconds => Uses.Sum(u => u.Seconds);

    /// <summary>Share of steps that brought the run on, and of evaluations, in the time in which the run had not ended, 0 to 1; 0 at
    /// first.</summary>
    public double Ratio => Seconds - Of(TimeUse.Stopped) is > 0 and var led ? (Of(TimeUse.Productive) + Of(TimeUse.Evaluating)) / led : 0;

    /// <summary>The same where it can be true; null for what a damaged file or a stranger says.</summary>
    public static Goodput? Sound(Goodput? read) =>
        read?.Uses is { } uses && uses.All(u => u is { Seconds: >= 0 and < MostSeconds } && Enum.IsDefined(u.Use)) ? read : null;

    private const double MostSeconds = 1e10; // three centuries

    /// <summary>The seconds of one use.</summary>
    public double Of(TimeUse use) => Uses.Where(u => u.Use == use).Sum(u => u.Seconds);
}

/// <summary>Seconds that went to one use.</summary>
public sealed record UsedTime(TimeUse Use, double Seconds);
