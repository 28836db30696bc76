using Lockstep.Core.Plans;
using Lockstep.Core.Topology;
using Lockstep.Worker.Control;
using Lockstep.Worker.Step;

namespace Lockstep.Worker.Tests.Step;

/// <summary>What all workers know once all have voted: two replicas of two shards.</summary>
public class CommitVoteTests
{
    private static readonly RunTopology Topology = new(2, 2);

    [Fact]
    public async Task Cast_AllYes_AddsUpTheReplicasOnceAndJoinsWhatIsAsked()
    {
        var verdicts = await CastAsync(rank => (new StepNumbers(1 + rank / 2, null), 10 * (1 + rank / 2), Asked(rank)));

        // of each replica its first shard counts: losses 1 and 2, samples 10 and 20
        Assert.All(verdicts, v => Assert.Equal(new Verdict(3, 30, BorderActions.Save | BorderActions.Regroup), v.Verdict));
    }

    [Fact]
    public async Task Cast_OneNo_IsARefusalOfAllThatNamesWhoRefuses()
    {
        var verdicts = await CastAsync(rank => (new StepNumbers(1, rank == 2 ? "fc6.weight" : null), 10, BorderActions.None));

        Assert.All(verdicts, v => Assert.IsType<NotFiniteException>(v.Error));
        Assert.Contains("'fc6.weight'", verdicts[2].Error?.Message, StringComparison.Ordinal);
        Assert.Contains("in step 8", verdicts[2].Error?.Message, StringComparison.Ordinal); // people count from 1
        Assert.Contains("worker w2", verdicts[0].Error?.Message, StringComparison.Ordinal);
        Assert.Equal([2, 2, -1, 2], verdicts.Select(v => (v.Error as NotFiniteException)?.InfectedRank));
    }

    private static BorderActions Asked(int rank) =>
        rank switch
        {
            1 => BorderActions.Save,
            3 => BorderActions.Regroup,
            _ => BorderActions.None,
        };

    private static async Task<(Verdict Verdict, Exception? Error)[]> CastAsync(Func<int, (StepNumbers, int, BorderActions)> ballot)
    {
        var group = new MemoryGroup(Topology.Workers);
        var members = Topology.Slots.Select(s => new Member(Topology.RankOf(s), s, $"w{Topology.RankOf(s)}", "here", 1, ""));
        var plan = new Plan("run", 1, Topology, [.. members], 0, TimeSpan.FromMinutes(1));
        return await Task.WhenAll(
            Enumerable
                .Range(0, Topology.Workers)
                .Select(rank =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            var (numbers, samples, actions) = ballot(rank);
                            Verdict verdict = default;
                            var error = Record.Exception(() =>
                            {
                                verdict = new CommitVote(group.Member(rank), plan).Cast(7, numbers, samples, actions);
                            });
                            return (verdict, (Exception?)error);
                        },
                        CancellationToken.None,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
                )
        );
    }
}
