using System.Text.Json;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace AlexNet.Cli.Tests.Commands;

/// <summary><c>alexnet predict</c> as a process: what it says where, and what it ends with.</summary>
public sealed class PredictCommandTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly StoredRun _run = new();

    private static string Rose => Path.Combine(AppContext.BaseDirectory, "Fixtures", "colour.jpg");

    [Fact]
    public async Task Good_pictures_are_told_on_standard_output()
    {
        var (code, output, error) = await PredictAsync(Rose, "--top", "2", "--crops", "10");
        Assert.Equal((ExitCodes.Done, ""), (code, error));
        Assert.Matches(
            $@"^{System.Text.RegularExpressions.Regex.Escape(Rose)}: (daisy|rose|tulip) \d+\.\d%, (daisy|rose|tulip) \d+\.\d%$",
            Assert.Single(output)
        );
    }

    [Fact]
    public async Task A_broken_picture_is_named_on_standard_error_and_does_not_end_the_rest()
    {
        File.WriteAllText(_run["a.jpg"], "no picture");
        var (code, output, error) = await PredictAsync(_run["a.jpg"], Rose, "--output", "json");
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Equal(["unreadable", "predicted"], output.Select(l => JsonElement.Parse(l).GetProperty("event").GetString()));
        Assert.Equal(3, JsonElement.Parse(output[1]).GetProperty("classes").GetArrayLength());
        Assert.Contains($"image '{_run["a.jpg"]}'", error, StringComparison.Ordinal);
        Assert.EndsWith("1 of 2 pictures could not be used.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_good_picture_at_all_is_bad_input()
    {
        var (code, output, error) = await PredictAsync(_run["missing.jpg"]);
        Assert.Equal((ExitCodes.BadInput, 0), (code, output.Count));
        Assert.Contains("missing.jpg", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_becomes_a_table_with_its_broken_pictures()
    {
        Directory.CreateDirectory(_run["photos/deep, \"er\""]);
        File.Copy(Rose, _run["photos/deep, \"er\"/rose.jpg"]);
        File.WriteAllText(_run["photos/broken.jpg"], "no picture");
        var (code, output, error) = await PredictAsync(_run["photos"], "--out", _run["new/told.csv"], "--top", "2");
        Assert.Equal((ExitCodes.Failed, $"{_run["new/told.csv"]}: 1 prediction"), (code, Assert.Single(output)));
        Assert.Contains("broken.jpg", error, StringComparison.Ordinal);
        string[] lines = File.ReadAllText(_run["new/told.csv"]).Split("\r\n");
        Assert.Equal("picture,class_1,probability_1,class_2,probability_2,problem", lines[0]);
        Assert.StartsWith($"{_run["photos/broken.jpg"]},,,,,", lines[1], StringComparison.Ordinal);
        Assert.Matches("^\"[^\n]*/deep, \"\"er\"\"/rose.jpg\",[a-z]+,0[.][0-9]+,[a-z]+,0[.][0-9]+,$", lines[2]);
    }

    [Fact]
    public async Task A_folder_becomes_an_array()
    {
        var (code, output, _) = await PredictAsync(Rose, _run["none.jpg"], "--out", _run["told.json"], "--output", "json");
        Assert.Equal(ExitCodes.Failed, code);
        var written = JsonElement.Parse(Assert.Single(output));
        Assert.Equal(
            ("written", 2, 1),
            (
                written.GetProperty("event").GetString(),
                written.GetProperty("pictures").GetInt32(),
                written.GetProperty("unreadable").GetInt32()
            )
        );
        var told = JsonElement.Parse(File.ReadAllText(_run["told.json"]));
        Assert.Equal(["predicted", "unreadable"], told.EnumerateArray().Select(t => t.GetProperty("event").GetString()));
        Assert.Equal(3, told[0].GetProperty("classes").GetArrayLength()); // five are asked for, and there are three
    }

    [Fact]
    public async Task A_file_of_another_kind_is_refused_before_the_net_is_loaded()
    {
        var (code, output, error) = await PredictAsync(Rose, "--out", "told.xml");
        Assert.Equal((ExitCodes.BadInput, 0), (code, output.Count));
        Assert.Contains("--out 'told.xml' ends in '.xml'; predictions are written as .csv or .json.", error, StringComparison.Ordinal);
    }

    public void Dispose() => _run.Dispose();

    private async Task<(int Code, IReadOnlyList<string> Output, string Error)> PredictAsync(params string[] arguments)
    {
        await using var alexnet = ProgramProcess.Start(
            ProgramProcess.Beside("alexnet"),
            ["predict", _run.Path, .. arguments, "--device", "cpu"]
        );
        int code = await alexnet.ExitCodeAsync(Deadline);
        return (code, alexnet.Output, alexnet.Error);
    }
}
