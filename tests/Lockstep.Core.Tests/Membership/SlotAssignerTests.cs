using Lockstep.Core.Membership;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Tests.Membership;

public class SlotAssignerTests
{
    private static readonly RunTopology TwoByTwo = new(2, 2);

    [Fact]
    public void InNameOrder_JoinedInAnyOrder_OrdersByName() =>
        Assert.Equal(["w1", "w2", "w10"], SlotAssigner.InNameOrder([Newcomer("w10"), Newcomer("w2"), Newcomer("w1")]).Select(w => w.Id));

    [Fact]
    public void InNameOrder_NamesThatBeginWithANode_KeepsTheWorkersOfANodeTogether()
    {
        string[] names = ["a-9-2", "a-9-10", "a-10-1", "a-10-11", "bb-1-3"];
        Assert.Equal(names, SlotAssigner.InNameOrder(names.Reverse().Select(Newcomer)).Select(w => w.Id));
    }

    [Fact]
    public void Assign_FirstGeneration_FillsByNameAndStartsFromFiles()
    {
        var assignment = SlotAssigner.Assign(TwoByTwo, 0, [Newcomer("w3"), Newcomer("w1"), Newcomer("w4"), Newcomer("w0"), Newcomer("w2")]);
        Assert.Equal(["w0", "w1", "w2", "w3"], Names(assignment));
        Assert.Null(assignment.Donors);
        Assert.Equal(0, assignment.Step);
    }

    [Fact]
    public void Assign_OneLost_NewcomerTakesItsSlotAndTheWeightsOfTheSameShard()
    {
        var assignment = SlotAssigner.Assign(
            TwoByTwo,
            1,
            [Newcomer("a"), Survivor("w0", 0, 7), Survivor("w1", 1, 7), Survivor("w3", 3, 7)]
        );
        Assert.Equal(["w0", "w1", "a", "w3"], Names(assignment));
        Assert.Equal([0, 1, 0, 3], assignment.Donors);
        Assert.Equal(7, assignment.Step);
    }

    [Fact]
    public void Assign_OneShardOfEachReplicaHasApplied_StartsAtTheHigherStepAndTheOthersMakeTheUpdate()
    {
        var assignment = SlotAssigner.Assign(
            TwoByTwo,
            1,
            [Survivor("w0", 0, 8), Survivor("w1", 1, 7, holdsSums: true), Survivor("w2", 2, 7, holdsSums: true), Survivor("w3", 3, 8)]
        );
        Assert.Equal(8, assignment.Step);
        Assert.Equal([0, 1, 2, 3], assignment.Donors);
    }

    [Fact]
    public void Assign_SurvivorWithoutSumsOneStepBehind_TakesWeightsFromTheOneAhead()
    {
        var assignment = SlotAssigner.Assign(
            TwoByTwo,
            1,
            [Survivor("w0", 0, 8), Survivor("w1", 1, 8), Survivor("w2", 2, 7), Survivor("w3", 3, 7, holdsSums: true)]
        );
        Assert.Equal(["w0", "w1", "w2", "w3"], Names(assignment));
        Assert.Equal([0, 1, 0, 3], assignment.Donors);
    }

    [Fact]
    public void Assign_BothHoldersOfAShardLost_StartsFromACheckpoint()
    {
        var assignment = SlotAssigner.Assign(TwoByTwo, 1, [Survivor("w1", 1, 7), Survivor("w3", 3, 7), Newcomer("a"), Newcomer("b")]);
        Assert.Equal(["a", "w1", "b", "w3"], Names(assignment));
        Assert.Null(assignment.Donors);
    }

    [Fact]
    public void Assign_StateOfAnOlderGeneration_IsNotUsed()
    {
        var assignment = SlotAssigner.Assign(
            new RunTopology(2, 1),
            2,
            [Survivor("w0", 0, 7, generation: 2, shards: 1), Survivor("w1", 1, 9, generation: 1, shards: 1)]
        );
        Assert.Equal(7, assignment.Step);
        Assert.Equal([0, 0], assignment.Donors);
    }

    [Fact]
    public void Assign_FewerReplicas_KeepsTheShardsOfThoseThatStay()
    {
        var assignment = SlotAssigner.Assign(new RunTopology(1, 2), 1, [Survivor("w1", 1, 7), Survivor("w2", 2, 7), Survivor("w3", 3, 7)]);
        Assert.Equal(["w2", "w1"], Names(assignment));
        Assert.Equal([0, 1], assignment.Donors);
    }

    [Fact]
    public void Assign_MoreReplicas_NewcomersTakeWeightsOfTheSameShard()
    {
        var assignment = SlotAssigner.Assign(
            TwoByTwo,
            3,
            [Survivor("w0", 0, 7, generation: 3), Survivor("w1", 1, 7, generation: 3), Newcomer("a"), Newcomer("b")]
        );
        Assert.Equal(["w0", "w1", "a", "b"], Names(assignment));
        Assert.Equal([0, 1, 0, 1], assignment.Donors);
    }

    /// <summary>Where a shard exists once, a survivor may keep it beside its own.</summary>
    [Theory]
    [InlineData("7", true)] // as far as all others
    [InlineData("6 7", true)] // one update behind, which it can make
    [InlineData("6", false)]
    [InlineData("", false)]
    public void Assign_ALostShardThatAnotherKeeps_GoesOnFromTheKeeper(string steps, bool isLive)
    {
        var keeper = Survivor("w1", 1, 7, shards: 3);
        keeper = keeper with { Standing = keeper.Standing! with { Kept = Kept(steps) } };
        var assignment = SlotAssigner.Assign(new RunTopology(1, 3), 1, [Newcomer("a"), keeper, Survivor("w2", 2, 7, shards: 3)]);
        Assert.Equal(["a", "w1", "w2"], Names(assignment));
        Assert.Equal(isLive ? [1, 1, 2] : null, assignment.Donors);
        Assert.Equal(isLive ? 7 : 0, assignment.Step);
    }

    [Fact]
    public void Assign_AKeeperThatIsItselfBehind_CannotGive()
    {
        var keeper = Survivor("w1", 1, 6, shards: 3);
        keeper = keeper with { Standing = keeper.Standing! with { Kept = Kept("7") } };
        Assert.Null(SlotAssigner.Assign(new RunTopology(1, 3), 1, [Newcomer("a"), keeper, Survivor("w2", 2, 7, shards: 3)]).Donors);
    }

    /// <summary>Where parts are copied from time to time, all return to the newest step of which every part is there.</summary>
    [Theory]
    [InlineData("8", 0, 8)]
    [InlineData("4 8", 0, 8)]
    [InlineData("4", 0, 4)] // the keeper's newest copy had not come
    [InlineData("4", 5, null)] // a checkpoint is newer
    [InlineData("", 0, null)]
    public void Assign_ALostShardThatIsCopied_ReturnsToTheCopy(string kept, long saved, int? step)
    {
        WorkerSnapshot Copied(string id, int rank, long applied, long copy)
        {
            var worker = Survivor(id, rank, applied, shards: 3);
            return worker with { Standing = worker.Standing! with { Copy = copy } };
        }
        var keeper = Copied("w1", 1, applied: 8, copy: 4); // it has not heard yet that step 8 was made
        keeper = keeper with { Standing = keeper.Standing! with { Kept = Kept(kept) } };
        WorkerSnapshot[] available = [Newcomer("a"), keeper, Copied("w2", 2, applied: 9, copy: kept == "4" ? 4 : 8)];
        var assignment = SlotAssigner.Assign(new RunTopology(1, 3), 1, available, saved);
        Assert.Equal((step is not null, step ?? 0), (assignment.Donors is not null, assignment.Step));
    }

    private static KeptStanding Kept(string steps) =>
        new(0, [.. steps.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)]);

    private static IEnumerable<string> Names(Assignment assignment) => assignment.Members.Select(m => m.Id);

    private static WorkerSnapshot Newcomer(string id) => new(id, "host", 1, "http://host:1", WorkerStage.Loaded);

    private static WorkerSnapshot Survivor(
        string id,
        int rank,
        long applied,
        bool holdsSums = false,
        long generation = 1,
        int shards = 2
    ) =>
        new(id, "host", 1, "http://host:1", WorkerStage.Stopped)
        {
            Rank = rank,
            Standing = new Standing(generation, rank % shards, shards, applied, holdsSums),
        };
}
