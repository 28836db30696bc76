using Lockstep.Core.Membership;
using Lockstep.Core.Plans;
using Lockstep.Core.Topology;

namespace Lockstep.Core.Tests.Membership;

/// <summary>Each part that exists once is kept by one other worker, on another host where there is one.</summary>
public class KeeperAssignerTests
{
    [Theory]
    [InlineData("a b", "1 0")]
    [InlineData("a a b b", "2 3 0 1")]
    [InlineData("a b a b", "1 2 3 0")]
    [InlineData("a a a", "1 2 0")]
    public void Assign_OnHosts_ChoosesAnotherHost(string hosts, string keepers)
    {
        var assigned = Assign(hosts.Split(' '));
        Assert.Equal(keepers, string.Join(' ', assigned.Select(k => k.Rank)));
        Assert.All(assigned, k => Assert.False(k.Holds));
    }

    [Fact]
    public void Assign_OfOneWorkerOrOfSeveralReplicas_IsNobody()
    {
        Assert.Empty(KeeperAssigner.Assign(new RunTopology(1, 1), [Worker("a", 0)], 0, 0));
        Assert.Empty(KeeperAssigner.Assign(new RunTopology(2, 1), [Worker("a", 0), Worker("b", 1)], 0, 0));
    }

    /// <summary>What a keeper has is not sent again, unless it is of another step or generation.</summary>
    [Theory]
    [InlineData(3, 9, true)]
    [InlineData(3, 8, false)]
    [InlineData(2, 9, false)]
    public void Assign_AKeeperThatHasThePart_SaysSo(long generation, long step, bool holds)
    {
        var keeper = Worker("b", 1) with { Standing = new Standing(3, 1, 2, 9, false) { Kept = new(0, [9]) } };
        var assigned = KeeperAssigner.Assign(new RunTopology(1, 2), [Worker("a", 0), keeper], step, generation);
        Assert.Equal([new Keeper(1, holds), new Keeper(0, false)], assigned);
    }

    private static IReadOnlyList<Keeper> Assign(string[] hosts) =>
        KeeperAssigner.Assign(new RunTopology(1, hosts.Length), [.. hosts.Select(Worker)], 0, 0);

    private static WorkerSnapshot Worker(string host, int number) => new($"w{number}", host, 1, "", WorkerStage.Loaded);
}
