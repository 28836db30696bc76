using System.Text.RegularExpressions;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Laws;

/// <summary>Law 5: all or nothing. A worker dies at an exact place; nobody makes an update for which not all have voted.</summary>
public sealed partial class CommitTests : IDisposable
{
    private const int Step = 4; // counted from 0: so many updates are done when the fault strikes

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("load")]
    [InlineData("forward")]
    [InlineData("backward")]
    [InlineData("reduce")]
    [InlineData("vote")]
    public async Task A_death_before_the_vote_leaves_every_survivor_at_the_step_before(string phase)
    {
        if (phase != "vote")
            LongTests.Require();
        var updates = await UpdatesOfSurvivorsAsync(phase);
        Assert.All(updates, u => Assert.Equal(Step, u));
    }

    [Fact]
    public async Task A_death_after_the_vote_leaves_every_survivor_before_or_after_that_one_update()
    {
        var updates = await UpdatesOfSurvivorsAsync("update");
        Assert.All(updates, u => Assert.InRange(u, Step, Step + 1));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<IReadOnlyList<long>> UpdatesOfSurvivorsAsync(string phase)
    {
        await using var alexnet = AlexnetProcess.TrainWithFault(
            _folder["run"],
            $"kill@1.0:{Step}:{phase}",
            [
                "quickstart",
                "--replicas",
                "2",
                "--shards",
                "2",
                "--threads",
                "1",
                "--batch",
                "32",
                "--max-restarts",
                "0",
                .. SmallRun.FewPictures,
            ]
        );
        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        Assert.True(Cause().IsMatch(alexnet.FailureMessage), alexnet.FailureMessage);

        string Log(int rank) => File.ReadAllText(Path.Combine(_folder["run"], "logs", $"w{rank}.log"));
        Assert.Contains("Injected fault", Log(2), StringComparison.Ordinal);
        return [.. new[] { 0, 1, 3 }.Select(rank => long.Parse(Updates().Match(Log(rank)).Groups[1].Value))];
    }

    [GeneratedRegex(@"worker w2 \(replica 1, shard 0\), .* was lost during \w+( \d+)? of step \d+.*signal 9")]
    private static partial Regex Cause();

    [GeneratedRegex(@"after (\d+) updates")]
    private static partial Regex Updates();
}
