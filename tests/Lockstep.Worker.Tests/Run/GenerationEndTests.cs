using Lockstep.Core.Collectives;
using Lockstep.Protocol.V1;
using Lockstep.Worker.Control;
using Lockstep.Worker.Run;
using Lockstep.Worker.State;

namespace Lockstep.Worker.Tests.Run;

/// <summary>What a worker tells of a generation that has ended, for every way in which one ends.</summary>
public class GenerationEndTests
{
    private static readonly HeldShard Held = new(Shard: 1, Shards: 2, Applied: 40, HoldsSums: true);

    [Fact]
    public void AtBorder_TheLastStep_IsFinished() =>
        Assert.Equal(
            new WorkerMessage { Finished = new Finished { Steps = 40 } },
            GenerationEnd.AtBorder(BorderActions.None, Held, isLeaving: false)
        );

    /// <summary>Who is asked to drain does, whatever else was asked.</summary>
    [Theory]
    [InlineData((byte)BorderActions.Drain)]
    [InlineData((byte)(BorderActions.Drain | BorderActions.Regroup))]
    public void AtBorder_ADrain_IsDrained(byte end) =>
        Assert.Equal(
            new WorkerMessage { Drained = new Drained { Step = 40 } },
            GenerationEnd.AtBorder((BorderActions)end, Held, isLeaving: false)
        );

    [Theory]
    [InlineData(false, "it stopped after a step")]
    [InlineData(true, "it was asked to leave, and left after a step")]
    public void AtBorder_ARegroup_IsStoppedAndSaysWhatIsHeld(bool isLeaving, string message) =>
        Assert.Equal(
            new Stopped
            {
                Message = message,
                LostRank = -1,
                Shard = 1,
                Shards = 2,
                Applied = 40,
                HoldsSums = true,
                Leaving = isLeaving,
            },
            GenerationEnd.AtBorder(BorderActions.Regroup, Held, isLeaving).Stopped
        );

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Broken_ByALoss_BlamesWhoIsLostAndSaysWhetherItWasLate(bool isLate)
    {
        var error = new PeerLostException("worker w2 was lost", 2) { IsLate = isLate };

        var told = GenerationEnd.Broken(error, Held, isLeaving: false).Stopped;

        Assert.Equal(("worker w2 was lost", 2, isLate), (told.Message, told.LostRank, told.Late));
    }

    [Fact]
    public void Broken_BeforeThereWasAnyState_HoldsNothing()
    {
        var told = GenerationEnd
            .Broken(new OperationCanceledException("it was ended"), HeldShard.Of(new ShardHolder()), isLeaving: false)
            .Stopped;

        Assert.Equal((-1, 0, -1L, false), (told.LostRank, told.Shards, told.Applied, told.HoldsSums));
    }

    public static TheoryData<Exception, bool, string?, bool> Faults =>
        new()
        {
            { new PeerLostException("w2", 2), false, null, true },
            { new OperationCanceledException(), false, null, true },
            { new PeerLostException("w2", 2), true, null, false }, // this process was asked to end
            { new PeerLostException("w2", 2), false, "the run has ended", false },
            { new IOException("a full disk"), false, null, false },
        };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void IsOthersFault_OfAnError_HoldsForALossWhileRunAndProcessGoOn(
        Exception error,
        bool isStopping,
        string? runEnd,
        bool isOthers
    ) => Assert.Equal(isOthers, GenerationEnd.IsOthersFault(error, isStopping, runEnd));
}
