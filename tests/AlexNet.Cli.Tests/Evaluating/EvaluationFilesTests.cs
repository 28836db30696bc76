using System.Text.Json;
using AlexNet.Cli.Evaluating;
using AlexNet.Testing;
using Lockstep.Tests.Pictures;

namespace AlexNet.Cli.Tests.Evaluating;

public sealed class EvaluationFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_AnEvaluation_LeavesTextJsonAndPicture()
    {
        var report = Reports.Of(["cat", "dog", "emu"], (0, 0), (0, 1), (1, 1), (1, null));
        var files = EvaluationFiles.Write(_folder["new/out"], report, Reports.Pictures(4));

        Assert.Equal(
            ["evaluation.txt", "evaluation.json", "confusion.png", "calibration.png", "mistakes.png"],
            files.Select(Path.GetFileName)
        );
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
        Assert.Equal((0.5, JsonValueKind.Null), (dog.GetProperty("f1").GetDouble(), emu.GetProperty("f1").ValueKind));
        var macro = json.GetProperty("macro");
        Assert.Equal(
            (2, 0.5, 0.75),
            (macro.GetProperty("classes").GetInt32(), macro.GetProperty("recall").GetDouble(), macro.GetProperty("precision").GetDouble())
        );
        var calibration = json.GetProperty("calibration");
        Assert.Equal(0.9 - 2 / 3.0, calibration.GetProperty("error").GetDouble(), 1e-12);
        Assert.Equal(
            [13],
            calibration
                .GetProperty("bins")
                .EnumerateArray()
                .Index()
                .Where(b => b.Item.GetProperty("samples").GetInt32() == 3)
                .Select(b => b.Index)
        );
        Assert.Equal(JsonValueKind.Null, json.GetProperty("roc").ValueKind);
        var worst = Assert.Single(json.GetProperty("worst").EnumerateArray());
        Assert.Equal(
            ("picture-1.jpg", "cat", "dog", 1),
            (
                worst.GetProperty("picture").GetString(),
                worst.GetProperty("actual").GetProperty("name").GetString(),
                worst.GetProperty("predicted").GetProperty("name").GetString(),
                json.GetProperty("mistakes").GetInt32()
            )
        );
        Assert.Equal(1, json.GetProperty("classes")[0].GetProperty("confused_with").GetProperty("index").GetInt32());
    }

    [Fact]
    public void Write_TwoClasses_AddsTheRocCurveAndLaterOnesTakeAwayWhatTheyDoNotHave()
    {
        string directory = _folder["out"];
        var files = EvaluationFiles.Write(directory, Reports.Of(["cat", "dog"], (0, 0), (0, 1), (1, 1)), Reports.Pictures(3));
        Assert.Contains(Path.Combine(directory, "roc.png"), files);
        var roc = JsonElement.Parse(File.ReadAllText(files[1])).GetProperty("roc");
        Assert.Equal(("dog", 0.75), (roc.GetProperty("positive").GetProperty("name").GetString(), roc.GetProperty("area").GetDouble()));
        Assert.Equal([0, 0.5, 1], roc.GetProperty("points").EnumerateArray().Select(p => p.GetProperty("false_positives").GetDouble()));

        files = EvaluationFiles.Write(directory, Reports.Of(["cat", "dog", "emu"], (0, 0)), Reports.Pictures(1));
        Assert.Equal(files.Order(), Directory.EnumerateFiles(directory).Order()); // neither ROC curve nor mistakes
        Assert.Equal(4, files.Count);
    }

    [Fact]
    public void Write_NoSampleWithAResult_StillDraws() =>
        Assert.Equal(4, EvaluationFiles.Write(_folder["out"], Reports.Of(["cat", "dog"], (0, null)), Reports.Pictures(1)).Count);

    [Theory]
    [InlineData(20, 60, 1, 16)] // tall and grey
    [InlineData(600, 400, 3, 5)] // larger than its place
    [InlineData(28, 28, 1, 1)]
    public void Write_MistakesOfAnyShape_AreDrawnInTheirPlaces(int width, int height, int channels, int mistakes)
    {
        var report = Reports.Of(["cat", "dog"], Enumerable.Range(0, mistakes).Select(_ => (0, (int?)1)));
        new MistakeSheet(report, Reports.Pictures(mistakes, width, height, channels)).Write(_folder["mistakes.png"]);
        using var pixels = new Pixels(_folder["mistakes.png"]);
        var (black, tile) = (pixels.Where("#000000").ToHashSet(), 225);
        for (int i = 0; i < mistakes; i++)
        {
            var (x, y) = (20 + i % 4 * (tile + 20) + tile / 2, 76 + i / 4 * (tile + 136) + tile / 2);
            Assert.Contains((x, y), black); // the middle of the picture
            bool wide = width >= height;
            Assert.Equal(width == height, black.Contains(wide ? (x, y - tile / 2 + 2) : (x - tile / 2 + 2, y))); // it keeps its proportions
        }

        Assert.Equal(76 + (mistakes + 3) / 4 * (tile + 136), pixels.Height);
    }

    public void Dispose() => _folder.Dispose();
}
