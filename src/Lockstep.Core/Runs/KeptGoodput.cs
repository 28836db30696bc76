namespace Lockstep.Core.Runs;

/// <summary>What a coordinator has accounted for, as one after it finds it.</summary>
/// <param name="Time">When it was written, by the machine's clock.</param>
/// <param name="FurthestStep">The last step that the run has ever made.</param>
/// <param name="IsOver">The run had ended.</param>
/// <param name="Goodput">What its seconds went to until then.</param>
public sealed record KeptGoodput(DateTimeOffset Time, long FurthestStep, bool IsOver, Goodput Goodput);
