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
