using Lockstep.Core.Machines;

namespace Lockstep.Core.Tests.Machines;

/// <summary>Machines and links that are far from the others are named, and none that is as the others are.</summary>
public class CheckupFindingsTests
{
    private static readonly Checkup Good = new()
    {
        FreeMemory = 20_000_000_000,
        DiskSpeed = 300e6,
        ClockAhead = 0.01,
        ClockError = 0.002,
    };

    [Fact]
    public void Of_MachinesThatAreAlike_IsNothing()
    {
        Assert.Empty(CheckupFindings.Of([Machine(0, Good)]));
        Assert.Empty(CheckupFindings.Of([Machine(0, Good), Machine(1, Good with { DiskSpeed = 200e6, FreeMemory = 9_000_000_000 })]));
        var slow = Good with { DiskSpeed = 2e6, FreeMemory = 100_000_000 };
        Assert.Empty(CheckupFindings.Of([Machine(0, slow), Machine(1, slow), Machine(2, slow)])); // all of them: what the run was given
        Assert.Empty(CheckupFindings.Of([Machine(0, Good), Machine(1, Good with { DiskSpeed = null, FreeMemory = null })])); // not measured
    }

    [Fact]
    public void Of_AClockThatIsOff_SaysByHowMuchAndWhatToDo()
    {
        var found = Assert.Single(CheckupFindings.Of([Machine(0, Good), Machine(1, Good with { ClockAhead = -3.24 })]));
        Assert.Equal("w1", found.Worker);
        Assert.StartsWith("the clock of node-1 is 3.2 s behind the coordinator's; ", found.Sentence, StringComparison.Ordinal);
    }

    /// <summary>A message that took long says little of a clock.</summary>
    [Theory]
    [InlineData(5, 4.5, false)]
    [InlineData(5, 3, true)]
    public void Of_AClockThatIsNotKnownWell_IsJudgedByWhatIsCertain(double ahead, double error, bool isFound) =>
        Assert.Equal(isFound, CheckupFindings.Of([Machine(0, Good with { ClockAhead = ahead, ClockError = error })]).Count == 1);

    [Fact]
    public void Of_ASlowDiskAndLittleMemory_NamesBothBesideTheMedian()
    {
        var found = CheckupFindings.Of([
            Machine(0, Good),
            Machine(1, Good with { DiskSpeed = 4e6, FreeMemory = 3_000_000_000 }),
            Machine(2, Good),
        ]);
        Assert.Equal(["w1", "w1"], found.Select(f => f.Worker));
        Assert.Equal(
            "node-1 writes 4.0 MB/s into the run directory, and the median machine 300.0; checkpoints wait for it",
            found[0].Sentence
        );
        Assert.StartsWith("node-1 has 3.0 GB of free memory, and the median machine 20.0", found[1].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_OfTwoMachines_IsMeasuredAgainstTheBetter() =>
        Assert.Equal("w0", Assert.Single(CheckupFindings.Of([Machine(0, Good with { DiskSpeed = 4e6 }), Machine(1, Good)])).Worker);

    [Fact]
    public void OfLinks_OneThatIsSlow_IsNamedOnce()
    {
        string[] names = ["w0", "w1", "w2", "w3"];
        IReadOnlyList<PeerSpeed>[] speeds =
        [
            [Link(1)],
            [Link(0), new(2, 0.004, 12e6)],
            [Link(3), new(1, 0.004, 12e6)],
            [Link(2)],
        ];
        var found = CheckupFindings.OfLinks(names, speeds);
        Assert.Equal(
            [
                "the link between w1 and w2 carries 12 MB/s, and the median link 500; all others wait for it",
                "a message over the link between w1 and w2 takes 4.0 ms, and over the median link 0.1",
            ],
            found.Select(f => f.Sentence)
        );
    }

    /// <summary>A disk that takes nothing, and memory that is used up, are the worst there are.</summary>
    [Fact]
    public void Of_AMachineThatHasNothingLeft_NamesIt() =>
        Assert.Equal(
            ["disk of node-1", "memory of node-1"],
            CheckupFindings.Of([Machine(0, Good), Machine(1, Good with { DiskSpeed = 0, FreeMemory = 0 })]).Select(f => f.Key)
        );

    /// <summary>Where most machines agree, the one that differs is named, be it the coordinator's.</summary>
    [Fact]
    public void Of_ACoordinatorsClockThatIsOff_NamesTheCoordinator()
    {
        var found = CheckupFindings.Of([
            Machine(0, Good with { ClockAhead = 40.1 }),
            Machine(1, Good with { ClockAhead = 40.2 }),
            Machine(2, Good with { ClockAhead = 35 }),
            Machine(3, Good with { ClockAhead = 40.1 }),
        ]);
        Assert.Equal(["clock of the coordinator", "clock of node-2"], found.Select(f => f.Key));
        Assert.StartsWith(
            "the clock of the coordinator is 40.1 s behind the median machine's; ",
            found[0].Sentence,
            StringComparison.Ordinal
        );
        Assert.StartsWith("the clock of node-2 is 5.1 s behind the median machine's; ", found[1].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void OfLinks_OfARankThatIsNotThere_LeavesItOut() =>
        Assert.Empty(
            CheckupFindings.OfLinks(
                ["w0", "w1", "w2", "w3"],
                [
                    [Link(1), new(7, 1, 1)],
                    [Link(2)],
                    [Link(3)],
                    [],
                ]
            )
        );

    [Fact]
    public void OfLinks_OfTwoWorkers_CannotBeCompared() =>
        Assert.Empty(
            CheckupFindings.OfLinks(
                ["w0", "w1"],
                [
                    [new(1, 1, 1)],
                    [new(0, 1, 1)],
                ]
            )
        );

    private static CheckedMachine Machine(int number, Checkup checkup) => new($"w{number}", $"node-{number}", checkup);

    private static PeerSpeed Link(int rank) => new(rank, 0.0001, 500e6);
}
