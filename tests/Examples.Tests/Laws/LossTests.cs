using AlexNet.Testing;

namespace Examples.Tests.Laws;

/// <summary>A worker of an example dies, and nothing is lost: the same losses, weights, buffers and optimiser state bit for bit.</summary>
public sealed class LossTests(UndisturbedExamples undisturbed) : IClassFixture<UndisturbedExamples>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, int, string> Everywhere
    {
        get
        {
            var data = new TheoryData<string, int, string>();
            foreach (string example in ExampleRun.Small.Keys)
            {
                foreach (int replicas in (int[])[1, 2, 4])
                {
                    foreach (string phase in (string[])["load", "forward", "backward", "reduce", "vote", "update", "save"])
                        data.Add(example, replicas, phase);
                }
            }

            return data;
        }
    }

    /// <summary>The one whose replicas meet in every pass, and the one that has a loop and a state of its own.</summary>
    [Theory]
    [InlineData(ExampleRun.Synchronised)]
    [InlineData("ownloop")]
    public Task A_worker_that_is_killed_changes_no_bit(string example) => KillAsync(example, 2, "reduce");

    [Theory]
    [MemberData(nameof(Everywhere))]
    public Task A_worker_that_is_killed_in_any_phase_changes_no_bit(string example, int replicas, string phase)
    {
        LongTests.Require();
        return KillAsync(example, replicas, phase);
    }

    public void Dispose() => _folder.Dispose();

    private async Task KillAsync(string example, int replicas, string phase)
    {
        int step = phase == "save" ? 5 : 7; // of a save, the updates that it holds; else counted from 0
        await using (var run = ExampleRun.Start(example, _folder["run"], replicas, $"kill@{replicas - 1}.0:{step}:{phase}"))
        {
            await run.FinishAsync(ExampleRun.Deadline);
            Assert.Contains(run.Events, e => e.GetProperty("event").GetString() == "generation"); // the fault has struck
        }

        Trained.Read(_folder["run"]).AssertSameAs(await undisturbed.OfAsync(example, replicas));
    }
}
