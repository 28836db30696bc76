using System.Text.Json;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using static System.FormattableString;

namespace Cluster.Tests;

/// <summary><c>alexnet compare</c> over what runs have really left.</summary>
public sealed class CompareTests(FinishedRuns finished) : IDisposable
{
    // Adam's first steps are hardly more than signs: where a gradient is near 0, its last bits move a weight by the rate, up or down
    private const double ThreeStepsEitherWay = 2 * 3 * 0.001;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task The_same_training_is_equal_to_itself_and_another_seed_differs_from_the_first_step_on()
    {
        var (one, _) = await finished.OfAsync(SmallRun.ThreeSteps);
        await SmallRun.LossesAsync(_folder["again"], SmallRun.ThreeSteps);
        await SmallRun.LossesAsync(_folder["other"], [.. SmallRun.ThreeSteps, "--seed", "2"]);

        var equal = await CompareAsync(ExitCodes.Done, one, _folder["again"]);
        Assert.Equal(("equal", 3, 1), (equal.GetProperty("verdict").GetString(), Compared(equal, "loss"), Compared(equal, "test_loss")));
        var checkpoint = Assert.Single(equal.GetProperty("checkpoints").EnumerateArray());
        Assert.Equal(["weights same-files", "optimizer same-files"], Kinds(checkpoint));
        Assert.Empty(checkpoint.GetProperty("facts").EnumerateArray());
        Assert.Empty(equal.GetProperty("settings").EnumerateArray());

        var different = await CompareAsync(ExitCodes.Different, one, _folder["other"]);
        Assert.Equal(1, different.GetProperty("loss").GetProperty("first_difference").GetProperty("step").GetInt32());
        Assert.Equal(["weights other-tensors", "optimizer other-tensors"], Kinds(different.GetProperty("checkpoints")[0]));
        Assert.Equal(["seed"], different.GetProperty("settings").EnumerateArray().Select(s => s.GetProperty("key").GetString()));
    }

    [Fact]
    public async Task Another_layout_is_equal_within_a_tolerance_and_its_tensors_are_read_as_whole_ones()
    {
        await SmallRun.LossesAsync(_folder["one"], "quickstart", "--shards", "1", "--steps", "3");
        var (two, _) = await finished.OfAsync(SmallRun.ThreeSteps);
        var compared = await CompareAsync(ExitCodes.Done, _folder["one"], two, "--tolerance", Invariant($"{ThreeStepsEitherWay}"));
        Assert.Contains(compared.GetProperty("verdict").GetString(), (string[])["equal", "within-tolerance"]);
        var weights = compared.GetProperty("checkpoints")[0].GetProperty("kinds")[0];
        Assert.Equal(16, weights.GetProperty("tensors").GetInt32());
        Assert.All(weights.GetProperty("different").EnumerateArray(), t =>
            Assert.InRange(t.GetProperty("largest").GetDouble(), 0, ThreeStepsEitherWay)
        );
        Assert.Contains("layout.shards", compared.GetProperty("settings").EnumerateArray().Select(s => s.GetProperty("key").GetString()));
    }

    public void Dispose() => _folder.Dispose();

    private static int Compared(JsonElement comparison, string series) => comparison.GetProperty(series).GetProperty("compared").GetInt32();

    private static IEnumerable<string> Kinds(JsonElement checkpoint) =>
        from kind in checkpoint.GetProperty("kinds").EnumerateArray()
        select $"{kind.GetProperty("kind").GetString()} {kind.GetProperty("state").GetString()}";

    private static async Task<JsonElement> CompareAsync(int code, string one, string other, params string[] arguments)
    {
        await using var alexnet = AlexnetProcess.Start(["compare", one, other, "--json", .. arguments]);
        Assert.Equal(code, await alexnet.ExitCodeAsync(SmallRun.Deadline));
        return Assert.Single(alexnet.Events);
    }
}
