namespace Lockstep.Core.Timings;

/// <summary>One rule of the order of <see cref="LivenessTimings"/>: the first time is over before the second.</summary>
internal sealed record TimingRule(string SoonerName, double Sooner, string LaterName, double Later, string Unit)
{
    /// <summary>What is wrong where the rule is broken.</summary>
    public string Sentence =>
        FormattableString.Invariant($"{SoonerName} is {Sooner:0.###} {Unit} and {LaterName} {Later:0.###} {Unit}; ")
        + $"{SoonerName} must be the shorter.";
}
