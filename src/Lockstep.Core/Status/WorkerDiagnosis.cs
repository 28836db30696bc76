using System.Globalization;
using Lockstep.Core.Membership;
using Lockstep.Core.Timings;

namespace Lockstep.Core.Status;

/// <summary>Says how a worker does, and why: a pure function.</summary>
/// <param name="Health">In a word.</param>
/// <param name="Why">In a sentence, without the worker's name.</param>
public sealed record WorkerDiagnosis(WorkerHealth Health, string Why)
{
    private const string Excess = "most of the excess is in";

    /// <summary>From this multiple of the median worker's own time on a worker is slow.</summary>
    public const double SlowScore = 1.5;

    private const double LeastShare = 0.1; // of a step, that a slow worker must cost the others
    private static readonly LivenessTimings Times = LivenessTimings.Standard;

    /// <param name="sighting">What is known of it.</param>
    /// <param name="state">Where the run stands.</param>
    public static WorkerDiagnosis Of(WorkerSighting sighting, RunState state) =>
        sighting.Stage switch
        {
            WorkerStage.Lost or WorkerStage.Failed => new(
                WorkerHealth.Gone,
                Sentence(sighting.Problem ?? "its session ended without a message")
            ),
            WorkerStage.Away => new(WorkerHealth.Waiting, "It has not come back to the coordinator, which was started again."),
            WorkerStage.Joined => new(WorkerHealth.Joining, "It reads its data."),
            WorkerStage.Loaded when sighting.HasSlot => new(WorkerHealth.Joining, "It connects to the others and takes its weights."),
            WorkerStage.Loaded => new(WorkerHealth.Spare, "It stands by for a slot."),
            WorkerStage.Stopped => new(WorkerHealth.Waiting, "Its generation has ended; it waits for the next."),
            WorkerStage.Drained => new(WorkerHealth.Done, Text($"It has stopped after step {sighting.LastStep}, which is saved.")),
            WorkerStage.Finished => new(WorkerHealth.Done, "It has done its last step."),
            _ when state is RunState.Forming or RunState.Waiting => new(WorkerHealth.Waiting, "It is ready and waits for the others."),
            _ => OfTraining(sighting),
        };

    private static WorkerDiagnosis OfTraining(WorkerSighting sighting)
    {
        double step = sighting.StepSeconds;
        string usual = step > 0 ? Text($"; a whole step takes {Seconds(step)}") : "";
        if (sighting.SilentSeconds > Times.HungSilence.TotalSeconds)
        {
            string since = sighting.LastStep > 0 ? Text($", since step {sighting.LastStep}") : "";
            return new(WorkerHealth.Hung, Text($"It has said nothing for {Seconds(sighting.SilentSeconds)}{since}{usual}."));
        }

        if (sighting.Standstill is { WaitsFor: { } other } wait && wait.Seconds > Longest(Times.SlowSteps, step, Times.SlowLeast))
            return new(WorkerHealth.Waiting, Text($"It waits for {other} in {wait.Where}, for {Seconds(wait.Seconds)} so far."));
        if (sighting.Standstill is { WaitsFor: null } still)
        {
            if (still.Seconds > Longest(Times.HungSteps, step, Times.HungLeast))
                return new(WorkerHealth.Hung, Text($"It stands still in {still.Where}, for {Seconds(still.Seconds)} so far{usual}."));
            if (still.Seconds > Longest(Times.SlowSteps, step, Times.SlowLeast))
                return new(WorkerHealth.Slow, Text($"It has been in {still.Where} for {Seconds(still.Seconds)}{usual}."));
        }
        return sighting.OwnTime is { } own && own.Score >= SlowScore && own.Seconds * (1 - 1 / own.Score) > LeastShare * step
            ? new(
                WorkerHealth.Slow,
                Text($"Its own work takes {own.Score:0.0} times as long as the median worker's, {Seconds(own.Seconds)} a step; ")
                    + $"{Excess} {own.Phase}."
            )
            : new(WorkerHealth.Good, "It trains.");
    }

    private static double Longest(double steps, double stepSeconds, TimeSpan least) =>
        stepSeconds > 0 ? Math.Max(least.TotalSeconds, steps * stepSeconds) : Times.FirstStep.TotalSeconds;

    /// <summary>A message as a sentence of its own.</summary>
    public static string Sentence(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..] + (text[^1] is '.' or '!' ? "" : ".");

    private static string Seconds(double seconds) => seconds.ToString(seconds < 1 ? "0.00 s" : "0.0 s", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
