using System.Text.Json.Nodes;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;
using Lockstep.Storage.Comparing;
using Lockstep.Storage.Runs;
using Lockstep.Storage.Tests.Checkpoints;

namespace Lockstep.Storage.Tests.Comparing;

public sealed class RunComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Of_TwoRuns_ComparesTheCheckpointsOfTheSameStepsFromTheNewestOn()
    {
        var compared = Compare(Run("one", [10, 20, 30]), Run("other", [10, 20, 40]));
        Assert.Equal([20, 10], compared.Checkpoints.Select(c => c.Step));
        Assert.Equal([30, 20, 10], compared.StepsSavedByOne);
        Assert.Equal([40, 20, 10], compared.StepsSavedByOther);
    }

    [Fact]
    public void Of_RecipesThatDiffer_NamesTheKeys()
    {
        var compared = Compare(
            Run("one", [], """{ "seed": 1, "layout": { "shards": 2 }, "net": { "layers": [ { "name": "fc" } ] } }"""),
            Run("other", [], """{ "seed": 1, "layout": { "shards": 4 }, "net": { "layers": [] }, "unknown": true }""")
        );
        Assert.Equal(
            [new("layout.shards", "2", "4"), new("net.layers[0].name", "\"fc\"", null), new KeyedDifference("unknown", null, "true")],
            compared.Settings
        );
    }

    [Fact]
    public void Of_RunsWithoutACommonStep_SaysWhichStepsTheyHave()
    {
        var (one, other) = (Run("one", []), Run("other", []));
        other = other with { History = new([Measured.Step(8, 1), Measured.Step(9, 1)], []) };
        Assert.Equal(
            "the runs have no step in common: the first has recorded steps 1 to 2, the second steps 8 to 9; one at least is required. "
                + "Compare runs of the same steps.",
            Assert.Throws<BadInputException>(() => Compare(one, other)).Message
        );
    }

    [Fact]
    public void Read_WithoutARecipe_SaysWhatIsMissing() =>
        Assert.Contains("is not a whole run: 'recipe.json' is missing; give the directory of a run", ReadError(), StringComparison.Ordinal);

    [Fact]
    public void Read_ARecipeThatIsNoJson_SaysSo()
    {
        File.WriteAllText(_folder["recipe.json"], "{");
        Assert.Contains("is not valid JSON", ReadError(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ADamagedCheckpoint_LeavesItOutAndNamesIt()
    {
        Run("one", [10, 20]);
        File.Delete(Path.Combine(_folder["one"], "checkpoints", "step-00000020", "weights-0-of-2.safetensors"));
        var run = ComparedRun.Read(_folder["one"], History());
        Assert.Equal([10], run.Checkpoints.Select(c => c.Step));
        Assert.Contains("'weights-0-of-2.safetensors' is missing", Assert.Single(run.Problems), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string ReadError() => Assert.Throws<BadInputException>(() => ComparedRun.Read(_folder.Path, History())).Message;

    private static RunHistory History() => new([Measured.Step(1, 2.5), Measured.Step(2, 2.25)], [Measured.Epoch(1, 2, 2.4, 0.5, 0.75)]);

    private static RunComparison Compare(ComparedRun one, ComparedRun other) =>
        RunComparison.Of(one, other, (first, second, kind) => WholeTensors.Compare(first.Directory, second.Directory, kind));

    private ComparedRun Run(string name, long[] saved, string recipe = "{}")
    {
        Directory.CreateDirectory(_folder[name]);
        File.WriteAllText(Path.Combine(_folder[name], "recipe.json"), JsonNode.Parse(recipe)?.ToJsonString());
        foreach (long step in saved)
            SmallCheckpoint.Publish(_folder[name], step);
        return ComparedRun.Read(_folder[name], History());
    }
}
