using Lockstep.Core.Timings;

namespace Lockstep.Core.Tests.Timings;

/// <summary>The order of the times by which losses are noticed.</summary>
public class LivenessTimingsTests
{
    private static readonly LivenessTimings Standard = LivenessTimings.Standard;

    [Fact]
    public void Violations_OfTheStandardTimes_AreNone() => Assert.Empty(Standard.Violations());

    [Fact]
    public void Diagnosis_peers_coordinator_deadline_and_join_come_one_after_the_other()
    {
        TimeSpan[] times = [Standard.HungSilence, Standard.PeerLeast, Standard.SilenceLeast, Standard.Deadline, Standard.JoinTime];
        double[] steps = [Standard.HungSteps, Standard.PeerSteps, Standard.SilenceSteps];

        Assert.Equal(times.Order().Distinct(), times);
        Assert.Equal(steps.Order().Distinct(), steps);
    }

    /// <summary>Each time of the ladder, set to that of the next rung, breaks a rule that names both.</summary>
    public static TheoryData<LivenessTimings, string> Broken =>
        new()
        {
            { Standard with { AliveInterval = Standard.HungSilence }, nameof(LivenessTimings.HungSilence) },
            { Standard with { StandstillLeast = Standard.HungLeast }, nameof(LivenessTimings.HungLeast) },
            { Standard with { HungSilence = Standard.PeerLeast }, nameof(LivenessTimings.PeerLeast) },
            { Standard with { HungSteps = Standard.PeerSteps }, nameof(LivenessTimings.PeerSteps) },
            { Standard with { LinkGrace = Standard.PeerLeast }, nameof(LivenessTimings.PeerLeast) },
            { Standard with { PeerLeast = Standard.SilenceLeast }, nameof(LivenessTimings.SilenceLeast) },
            { Standard with { PeerSteps = Standard.SilenceSteps }, nameof(LivenessTimings.SilenceSteps) },
            { Standard with { GpuWords = Standard.WordsTime }, nameof(LivenessTimings.WordsTime) },
            { Standard with { WordsTime = Standard.SettleTime }, nameof(LivenessTimings.SettleTime) },
            { Standard with { PingTimeout = Standard.ReturnTime }, nameof(LivenessTimings.ReturnTime) },
            { Standard with { Deadline = Standard.SilenceLeast }, nameof(LivenessTimings.SilenceLeast) },
            { Standard with { Deadline = Standard.JoinTime }, "--join-timeout" },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    public void Violations_OfATimeThatReachesTheNext_NamesBoth(LivenessTimings times, string name) =>
        Assert.Contains(times.Violations(), v => v.Contains(name, StringComparison.Ordinal));

    [Fact]
    public void Violations_OfAShortDeadline_SaysBothTimesAndWhichMustBeShorter() =>
        Assert.Contains(
            "SilenceLeast is 10 s and --deadline 5 s; SilenceLeast must be the shorter.",
            (Standard with { Deadline = TimeSpan.FromSeconds(5) }).Violations()
        );
}
