using System.Text.Json;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Training;

/// <summary><c>alexnet train --data DIR</c> as a newcomer types it: no recipe, and a folder as people keep it.</summary>
public sealed class OwnPicturesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_messy_folder_trains_in_two_workers_and_evaluation_and_resume_see_the_same_pictures()
    {
        string data = MessyFolder.Write(_folder["photos"]);
        string[] few = ["--steps", "3", "--batch", "8", "--threads", "1"];
        await using var alexnet = AlexnetProcess.Start(["train", "--data", data, .. few, "--run-dir", _folder["run"], "--output", "json"]);
        await alexnet.FinishAsync(SmallRun.Deadline);

        var found = Event(alexnet, "data");
        Assert.Equal(["dark", "light/warm"], Texts(found.GetProperty("classes")));
        Assert.Equal(
            ["wrapped/dark/cut-off.bmp"],
            found.GetProperty("broken").EnumerateArray().Select(b => b.GetProperty("name").GetString())
        );
        Assert.Equal(["wrapped/dark/notes.txt"], Texts(found.GetProperty("others")));
        Assert.Equal("cifar10-fast", found.GetProperty("recipe").GetString());
        Assert.Equal(3, alexnet.Losses.Count);
        Assert.Equal(2, WorkerLogs());
        Assert.True(File.Exists(_folder["run/plot.png"]));

        int test = found.GetProperty("test").GetProperty("count").GetInt32();
        await using var eval = AlexnetProcess.Start(["eval", _folder["run"], "--output", "json"]);
        Assert.Equal(ExitCodes.Done, await eval.ExitCodeAsync(SmallRun.Deadline));
        Assert.Equal(test, Event(eval, "evaluated").GetProperty("samples").GetInt32());

        await using var resumed = AlexnetProcess.Start(["resume", _folder["run"], "--steps", "4", "--output", "json"]);
        await resumed.FinishAsync(SmallRun.Deadline);
    }

    [Fact]
    public async Task A_recipe_to_edit_is_written_with_its_schema_and_never_over_another()
    {
        string data = MessyFolder.Write(_folder["photos"]);
        await using var written = AlexnetProcess.Start(["recipes", "new", _folder["mine.json"], "--from", "flowers", "--data", data]);
        Assert.Equal(ExitCodes.Done, await written.ExitCodeAsync(SmallRun.Deadline));
        using var recipe = JsonDocument.Parse(File.ReadAllText(_folder["mine.json"]));
        var section = recipe.RootElement.GetProperty("data");
        Assert.Equal("./recipe.schema.json", recipe.RootElement.GetProperty("$schema").GetString());
        Assert.Equal(2, section.GetProperty("classes").GetInt32());
        Assert.Equal(["wrapped/dark/cut-off.bmp"], Texts(section.GetProperty("folders").GetProperty("leftOut")));
        Assert.True(File.Exists(_folder["recipe.schema.json"]));

        await using var model = AlexnetProcess.Start(["model", _folder["mine.json"], "--output", "json"]);
        Assert.Equal(ExitCodes.Done, await model.ExitCodeAsync(SmallRun.Deadline));
        Assert.Equal(
            [2, 1, 1],
            model
                .Events.Last(e => e.GetProperty("event").GetString() == "layer")
                .GetProperty("output")
                .EnumerateArray()
                .Select(n => n.GetInt32())
        );

        await using var again = AlexnetProcess.Start(["recipes", "new", _folder["mine.json"], "--from", "flowers"]);
        Assert.Equal(ExitCodes.BadInput, await again.ExitCodeAsync(SmallRun.Deadline));
        Assert.Contains("exists already", again.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonElement Event(AlexnetProcess alexnet, string name) =>
        Assert.Single(alexnet.Events, e => e.GetProperty("event").GetString() == name);

    private static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(t => t.GetString());

    private int WorkerLogs() => Directory.GetFiles(_folder["run/logs"], "w*.log").Length;
}
