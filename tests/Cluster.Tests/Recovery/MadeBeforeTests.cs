using System.Text.Json;
using AlexNet.Testing;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Recovery;

/// <summary>
/// What an earlier version wrote still opens. <c>tests/Fixtures/small-towers</c> holds a run that its version stopped in the middle of an
/// epoch, and the losses and hashes with which the same training ended where nobody stopped it.
/// </summary>
public class MadeBeforeTests
{
    private const double OnAnotherProcessor = 1e-4; // relative: sums are added in another order there
    private const string MadeOn = "GenuineIntel"; // the fixture is older than the field that says so

    private static readonly string Fixture = Path.Combine(Checkout.Root, "tests", "Fixtures", "small-towers");

    [Fact]
    public async Task A_run_that_an_earlier_version_stopped_in_mid_epoch_goes_on_to_the_same_end()
    {
        using var folder = new TemporaryFolder();
        string run = Copy(folder);

        await using (var alexnet = AlexnetProcess.Start("resume", run, "--threads", "1", "--no-pictures", "--output", "json"))
            await alexnet.FinishAsync(SmallRun.Deadline);

        var expected = Manifest.Read(Path.Combine(Fixture, "expected"));
        var ended = Manifest.Read(Path.Combine(run, "checkpoints", "step-00000128"));
        bool repeats =
            expected.Environment.InstructionSet == ended.Environment.InstructionSet
            && ended.Environment.Processor.StartsWith(MadeOn, StringComparison.Ordinal);
        foreach (var (before, now) in Losses(Path.Combine(Fixture, "expected")).Zip(Losses(run), (b, n) => (b, n)))
            Assert.Equal(before, now, repeats ? 0 : before * OnAnotherProcessor);
        Assert.Equal(128, Losses(run).Count);
        if (repeats)
            Assert.Equal(expected.Files.Select(f => (f.Name, f.Sha256)), ended.Files.Select(f => (f.Name, f.Sha256)));
    }

    [Fact]
    public async Task A_run_of_an_earlier_version_goes_on_in_another_layout()
    {
        using var folder = new TemporaryFolder();
        string run = Copy(folder);

        await using var alexnet = AlexnetProcess.Start(
            "resume",
            run,
            "--shards",
            "1",
            "--replicas",
            "2",
            "--threads",
            "1",
            "--no-pictures",
            "--output",
            "json"
        );
        await alexnet.FinishAsync(SmallRun.Deadline);

        Assert.Equal(128, Losses(run).Count);
        Assert.Equal(Losses(Path.Combine(Fixture, "expected"))[^1], Losses(run)[^1], 0.05);
    }

    [Theory]
    [InlineData("eval", "RUN")]
    [InlineData("predict", "RUN", "PICTURE")]
    [InlineData("plot", "RUN")]
    [InlineData("compare", "RUN", "RUN")]
    [InlineData("filters", "RUN")]
    [InlineData("status", "RUN")]
    [InlineData("checkpoints", "verify", "RUN")]
    [InlineData("recipes", "show", "RECIPE")]
    public async Task A_command_opens_what_an_earlier_version_wrote(params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        string run = Copy(folder),
            recipe = Path.Combine(Fixture, "recipe.json"),
            picture = Path.Combine(Checkout.Root, "docs", "flowers-filters.png");

        await using var alexnet = ProgramProcess.Start(
            ProgramProcess.Beside("alexnet"),
            arguments.Select(a =>
                a switch
                {
                    "RUN" => run,
                    "RECIPE" => recipe,
                    "PICTURE" => picture,
                    _ => a,
                }
            ),
            directory: folder.Path
        );

        await alexnet.SucceedAsync(SmallRun.Deadline);
    }

    private static List<double> Losses(string directory) =>
        [
            .. File.ReadLines(Path.Combine(directory, "metrics.jsonl"))
                .Select(line => JsonElement.Parse(line))
                .Where(line => line.GetProperty("event").GetString() == "step")
                .Select(line => line.GetProperty("loss").GetDouble()),
        ];

    private static string Copy(TemporaryFolder folder)
    {
        DirectoryCopy.Make(Path.Combine(Fixture, "stopped"), folder["run"]);
        return folder["run"];
    }
}
