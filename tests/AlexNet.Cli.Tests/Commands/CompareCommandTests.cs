using System.Text.Json;
using System.Text.Json.Nodes;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;

namespace AlexNet.Cli.Tests.Commands;

/// <summary><c>alexnet compare</c> as a process: what it says where, and what it ends with.</summary>
public sealed class CompareCommandTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly StoredRun _one = new(),
        _other = new(),
        _cut = new(KeyValuePair.Create<string, JsonNode?>("layout.shards", 1));

    public CompareCommandTests()
    {
        foreach (var run in new[] { _one, _other, _cut })
            Record(run, 2.25);
    }

    [Fact]
    public async Task Equal_runs_end_with_0()
    {
        var (code, output, error) = await CompareAsync(_other.Path);
        Assert.Equal((ExitCodes.Done, ""), (code, error));
        Assert.Equal(["Checkpoint of step 7: weights equal.", "The runs are equal bit for bit."], output.TakeLast(2));
        Assert.DoesNotContain(output, line => line.Contains('\e') || line != line.TrimEnd());
    }

    [Fact]
    public async Task Runs_whose_losses_part_end_with_a_code_of_their_own_and_tell_programs_where()
    {
        Record(_other, 2.2500000000000004);
        var (code, output, _) = await CompareAsync(_other.Path, "--json");
        var compared = JsonElement.Parse(Assert.Single(output));
        Assert.Equal((ExitCodes.Different, 5, "different"), (code, code, compared.GetProperty("verdict").GetString()));
        Assert.Equal("the losses part at step 2", Assert.Single(compared.GetProperty("reasons").EnumerateArray()).GetString());
        var first = compared.GetProperty("loss").GetProperty("first_difference");
        Assert.Equal(2, first.GetProperty("step").GetInt32());
        Assert.Equal((2.25, 2.2500000000000004), (first.GetProperty("first").GetDouble(), first.GetProperty("second").GetDouble()));
        Assert.Equal(1, compared.GetProperty("test_loss").GetProperty("compared").GetInt32());
        Assert.True(compared.GetProperty("checkpoints")[0].GetProperty("equal").GetBoolean());
    }

    [Fact]
    public async Task Losses_within_the_tolerance_end_with_0_and_are_not_called_equal()
    {
        Record(_other, 2.26);
        var (code, output, _) = await CompareAsync(_other.Path, "--tolerance", "0.01");
        Assert.Equal(ExitCodes.Done, code);
        Assert.Equal("The losses are equal within the tolerance of 0.01; the runs are not equal bit for bit.", output[^1]);
        Assert.Equal(ExitCodes.Different, (await CompareAsync(_other.Path, "--tolerance", "0.001")).Code);
    }

    [Fact]
    public async Task Weights_of_another_layout_are_compared_tensor_by_tensor()
    {
        var (code, output, _) = await CompareAsync(_cut.Path, "--output", "json");
        var compared = JsonElement.Parse(Assert.Single(output));
        var weights = compared.GetProperty("checkpoints")[0].GetProperty("kinds")[0];
        Assert.Equal((ExitCodes.Done, "same-tensors"), (code, weights.GetProperty("state").GetString()));
        Assert.Equal("layout.shards", Assert.Single(compared.GetProperty("settings").EnumerateArray()).GetProperty("key").GetString());
    }

    [Fact]
    public async Task A_narrow_terminal_and_a_picture_are_served()
    {
        var narrow = new Dictionary<string, string?> { ["COLUMNS"] = "40" };
        var (code, output, error) = await CompareAsync(narrow, _cut.Path, "--plot", _one["new/plot.png"]);
        Assert.Equal((ExitCodes.Done, _one["new/plot.png"]), (code, error));
        Assert.All(output, line => Assert.InRange(line.Length, 0, 40));
        Assert.StartsWith("89504E47", Convert.ToHexString(File.ReadAllBytes(_one["new/plot.png"])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_compared_is_bad_input()
    {
        File.WriteAllText(Path.Combine(_cut.Path, CheckpointFiles.Metrics), """{"event":"step","step":9,"loss":2.5,"rate":0.01}""" + "\n");
        (string[] Arguments, string Expected)[] cases =
        [
            ([_one["nowhere"]], "nowhere' holds no run: 'metrics.jsonl' is missing; give the directory of a run"),
            ([_cut.Path], "the runs have no step in common: the first has recorded steps 1 to 2, the second steps 9 to 9"),
            ([_other.Path, "--tolerance", "-1"], "--tolerance is -1; it must be 0 or more"),
            ([_other.Path, "--plot", "x.jpg"], "--plot 'x.jpg' ends in '.jpg'; pictures are written as .png or .svg."),
            ([], "'alexnet compare' needs SECOND: The run directory to compare it with."),
        ];
        foreach (var (arguments, expected) in cases)
        {
            var (code, output, error) = await CompareAsync(arguments);
            Assert.Equal((ExitCodes.BadInput, 0), (code, output.Count));
            Assert.Contains(expected, error, StringComparison.Ordinal);
        }
    }

    public void Dispose()
    {
        foreach (var run in new[] { _one, _other, _cut })
            run.Dispose();
    }

    private static void Record(StoredRun run, double loss)
    {
        string lines = FormattableString.Invariant(
            $$"""
            {"event":"step","step":1,"loss":2.5,"rate":0.01}
            {"event":"step","step":2,"loss":{{loss:R}},"rate":0.01}
            {"event":"epoch","epoch":1,"step":2,"loss":2.4,"test_loss":2.3,"top1":0.5,"top5":0.75}

            """
        );
        File.WriteAllText(Path.Combine(run.Path, CheckpointFiles.Metrics), lines);
    }

    private Task<(int Code, IReadOnlyList<string> Output, string Error)> CompareAsync(params string[] arguments) =>
        CompareAsync([], arguments);

    private async Task<(int Code, IReadOnlyList<string> Output, string Error)> CompareAsync(
        Dictionary<string, string?> variables,
        params string[] arguments
    )
    {
        await using var alexnet = ProgramProcess.Start(ProgramProcess.Beside("alexnet"), ["compare", _one.Path, .. arguments], variables);
        int code = await alexnet.ExitCodeAsync(Deadline);
        return (code, alexnet.Output, alexnet.Error);
    }
}
