using System.Text.Json;
using AlexNet.Cli.Evaluating;
using AlexNet.Testing;

namespace AlexNet.Cli.Tests.Evaluating;

public sealed class EvaluationFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_AnEvaluation_LeavesTextJsonAndPicture()
    {
        var report = Reports.Of(["cat", "dog", "emu"], (0, 0), (0, 1), (1, 1), (1, null));
        var files = EvaluationFiles.Write(_folder["new/out"], report);

        Assert.Equal(["evaluation.txt", "evaluation.json", "confusion.png"], files.Select(Path.GetFileName));
        Assert.Contains("test accuracy 50.00%", File.ReadAllText(files[0]), StringComparison.Ordinal);
        var json = JsonElement.Parse(File.ReadAllText(files[1]));
        Assert.Equal(
            (4, 1, 0.5),
            (json.GetProperty("samples").GetInt32(), json.GetProperty("undecided").GetInt32(), json.GetProperty("top1").GetDouble())
        );
        Assert.Equal("[[1,1,0],[0,1,0],[0,0,0]]", json.GetProperty("confusion").GetRawText());
        var (dog, emu) = (json.GetProperty("classes")[1], json.GetProperty("classes")[2]);
        Assert.Equal(
            ("dog", 2, 0.5, 0.5),
            (
                dog.GetProperty("name").GetString(),
                dog.GetProperty("samples").GetInt32(),
                dog.GetProperty("recall").GetDouble(),
                dog.GetProperty("precision").GetDouble()
            )
        );
        Assert.Equal(
            (JsonValueKind.Null, JsonValueKind.Null),
            (emu.GetProperty("recall").ValueKind, emu.GetProperty("confused_with").ValueKind)
        );
        Assert.Equal(1, json.GetProperty("classes")[0].GetProperty("confused_with").GetProperty("index").GetInt32());
    }

    public void Dispose() => _folder.Dispose();
}
