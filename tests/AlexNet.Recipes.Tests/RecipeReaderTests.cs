using System.Text.Json.Nodes;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Tests;

public class RecipeReaderTests
{
    public static TheoryData<string> Names =>
        [
            .. Directory
                .GetFiles(Path.Combine(Checkout.Root, "recipes"), "*.json")
                .Select(Path.GetFileNameWithoutExtension)
                .OfType<string>()
                .Where(n => n != "recipe.schema"),
        ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_EveryRecipeOfTheRepository_Succeeds(string name) => Assert.Equal(name, RecipeFiles.Read(name).Name);

    [Theory]
    [MemberData(nameof(Names))]
    public void Write_ThenRead_GivesTheSameRecipe(string name)
    {
        string text = RecipeJson.Write(RecipeFiles.Read(name));
        Assert.Equal(text, RecipeJson.Write(Recipe.Reader.Read(text, name)));
    }

    [Fact]
    public void Read_ManyMistakes_ReportsThemAllAtOnce()
    {
        var json = Quickstart();
        json["colour"] = "red";
        json["data"]!["hieght"] = 40;
        json["data"]!.AsObject().Remove("height");
        json["optimizer"]!["rate"] = "fast";
        json["net"]!["layers"]![1]!["connect"] = "both";
        json["schedule"] = new JsonObject { ["kind"] = "sometimes" };

        var errors = Assert.Throws<BadInputException>(() => Recipe.Reader.Read(json.ToJsonString(), "test")).Errors;

        Assert.Equal(6, errors.Count);
        Assert.Contains(errors, e => e.Contains("'colour' is unknown", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("'data.hieght' is unknown", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("'data.height' is missing", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("'optimizer.rate' is 'fast'; it must be a number", StringComparison.Ordinal));
        Assert.Contains(errors, e =>
            e.Contains("'net.layers[conv2].connect' is 'both'; it must be one of own, all", StringComparison.Ordinal)
        );
        Assert.Contains(errors, e =>
            e.Contains("'schedule.kind' is 'sometimes'; it must be one of constant, steps, cosine, plateau", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("globalBatch")]
    [InlineData("activationBytes")]
    [InlineData("gradientBytes")]
    [InlineData("replicaFactor")]
    public void Read_ValueThatIsComputed_IsUnknownAndNotAmongTheKnown(string key)
    {
        var json = Quickstart();
        json[key] = 999;
        string error = Assert.Throws<BadInputException>(() => Recipe.Reader.Read(json.ToJsonString(), "test")).Message;
        Assert.Contains(
            $"'{key}' is unknown; known here are $schema, checkpoint, data, description, layout, loss, name,",
            error,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(key, error[error.IndexOf("known here", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("optimizer.rate", "1e400", "'optimizer.rate' is '1e400', which is too large a number")]
    [InlineData("data.mean", "[-1e999]", "'data.mean[0]' is '-1e999', which is too large a number")]
    [InlineData("layout.replicas", "65", "'layout.replicas' is 65, and a step has 64 samples")]
    [InlineData("layout", "{ \"plan\": \"hybrid\", \"shards\": 65 }", "'layout.shards' is 65, and a step has 64 samples")]
    [InlineData("layout", "{ \"replicas\": 600, \"shards\": 2 }", "are 1,200 workers; at most 1024")]
    [InlineData("training.microBatches", "65", "'training.microBatches' is 65, and a replica has 64 of the samples")]
    [InlineData("layout.shards", "3", "does not divide the net's 2 towers; use --shards 1 or 2")]
    [InlineData("training.phases", "[\"a\", \"b\"]", "'training.phases' is given; it must be left out")]
    [InlineData("training.phases", "[\"a\", \"a\"]", "'training.phases' is a name twice")]
    [InlineData("training.phases", "[\"a\"]", "'training.phases' is 1 phase; it must be 2 to 16")]
    [InlineData("training.phases", "[\"A b\", \"c\"]", "'training.phases' is 'A b'; it must be a name of small letters")]
    [InlineData("training.clipNorm", "0", "'training.clipNorm' is 0; it must be above 0")]
    [InlineData("training.batch", "0", "'training.batch' is 0; it must be 1 to 16777216")]
    [InlineData("net.layers.conv2.kernel", "99", "layer 'conv2' has a kernel of 99x99 that does not fit its input")]
    [InlineData("net.layers.conv2.filters", "65", "layer 'conv2' has 65 filters, which 2 towers do not divide")]
    [InlineData("net.layers.conv1.connect", "\"own\"", "layer 'conv1' connects to its own tower, but it is the first layer")]
    [InlineData("net.layers.fc6.connect", "\"own\"", "layer 'fc6' is fully connected and connects to its own tower")]
    [InlineData("net.layers.fc8.outputs", "11", "has 11 outputs, but 'data.classes' is 10")]
    [InlineData("net.layers.fc7.name", "\"fc6\"", "has 2 layers named 'fc6'")]
    [InlineData("optimizer.rate", "-1", "'optimizer.rate' is -1; it must be above 0")]
    [InlineData("data.mean", "[0.1, 0.2]", "'data.mean' is a list of 2")]
    [InlineData("data.resize", "{ \"kind\": \"shortest-side\", \"size\": 3 }", "'data.resize.size' is 3; it must be 40 or more")]
    [InlineData("data.resize", "{ \"kind\": \"whole\", \"width\": 39 }", "'data.resize.width' is 39; it must be 'data.width' (40) or more")]
    [InlineData("data.resize", "{ \"kind\": \"somehow\" }", "'data.resize.kind' is 'somehow'; it must be one of whole, shortest-side")]
    [InlineData("data.augmentation.flip", "true", "'data.augmentation.flip' is unknown")]
    [InlineData("data.augmentation.colourNoise", "{ \"untilEpoch\": 0 }", "'data.augmentation.colourNoise.untilEpoch' is 0")]
    [InlineData("data.augmentation.colourNoise", "{ \"axes\": [[1, 0, 0]] }", "'data.augmentation.colourNoise.axes' is a list of 1")]
    [InlineData("data.augmentation.colourNoise", "{ \"deviations\": [1, 2, -3] }", "deviations' is 1, 2, -3; it must be 0 or more each")]
    [InlineData("data.skip", "\"broken.txt\"", "only image files can be left out")]
    [InlineData("training.batsh", "3", "'training.batsh' is unknown")]
    [InlineData("net.layers.conv9.filters", "3", "names nothing in the recipe")]
    [InlineData("training.stopAfter", "0", "'training.stopAfter' is 0; it must be 1 or more")]
    [InlineData(
        "optimizer",
        "{ \"kind\": \"sgd\", \"rate\": 1, \"momentum\": 1 }",
        "'optimizer.momentum' is 1; it must be at least 0 and below 1"
    )]
    [InlineData(
        "optimizer",
        "{ \"kind\": \"sgd\", \"rate\": 1, \"lars\": { \"trust\": 0 } }",
        "'optimizer.lars.trust' is 0; it must be above 0"
    )]
    [InlineData("schedule", "{ \"kind\": \"steps\", \"epochs\": [3, 0] }", "'schedule.epochs' is 3, 0; it must be 1 or more each")]
    [InlineData(
        "schedule",
        "{ \"kind\": \"cosine\", \"leastRate\": 0.1 }",
        "'schedule.leastRate' is 0.1; it must be 0 to 'optimizer.rate' (0.001)"
    )]
    [InlineData("schedule", "{ \"kind\": \"plateau\", \"factor\": 1 }", "'schedule.factor' is 1; it must be above 0 and below 1")]
    [InlineData("schedule", "{ \"kind\": \"plateau\", \"patience\": 0 }", "'schedule.patience' is 0; it must be 1 or more")]
    [InlineData(
        "schedule",
        "{ \"kind\": \"plateau\", \"improvement\": 1 }",
        "'schedule.improvement' is 1; it must be at least 0 and below 1"
    )]
    [InlineData("schedule", "{ \"kind\": \"plateau\", \"leastRate\": -1 }", "'schedule.leastRate' is -1")]
    [InlineData("schedule", "{ \"kind\": \"constant\", \"warmUp\": {} }", "'schedule.warmUp' must have either 'epochs' or 'steps'")]
    [InlineData(
        "schedule",
        "{ \"kind\": \"constant\", \"warmUp\": { \"epochs\": 1, \"steps\": 1 } }",
        "'schedule.warmUp' must have either 'epochs' or 'steps'"
    )]
    [InlineData(
        "schedule",
        "{ \"kind\": \"constant\", \"warmUp\": { \"epochs\": 0 } }",
        "'schedule.warmUp.epochs' is 0; it must be 1 or more"
    )]
    [InlineData(
        "schedule",
        "{ \"kind\": \"constant\", \"warmUp\": { \"steps\": 0 } }",
        "'schedule.warmUp.steps' is 0; it must be 1 or more"
    )]
    [InlineData(
        "schedule",
        "{ \"kind\": \"constant\", \"warmUp\": { \"steps\": 5, \"from\": 1 } }",
        "'schedule.warmUp.from' is 1; it must be at least 0 and below 1"
    )]
    public void Read_OneWrongSetting_SaysWhatIsRequired(string key, string value, string expected)
    {
        var setting = new KeyValuePair<string, JsonNode?>(key, JsonNode.Parse(value));
        var error = Assert.Throws<BadInputException>(() => Recipe.Reader.Read(RecipeFiles.Text("quickstart"), "test", [setting]));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NormalisationAcrossAllTowers_NeedsOneShard()
    {
        KeyValuePair<string, JsonNode?> across = new("net.layers.conv1.lrn", JsonNode.Parse("{ \"across\": \"all\" }"));
        Recipe Read(int shards) => Recipe.Reader.Read(RecipeFiles.Text("quickstart"), "test", [across, new("layout.shards", shards)]);

        Assert.Equal(Connect.All, ((ConvRecipe)Read(1).Net.Layers[0]).Lrn?.Across);
        var error = Assert.Throws<BadInputException>(() => Read(2));
        Assert.Contains("layer 'conv1' normalises across all towers, but 'layout.shards' is 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"name\": ")]
    [InlineData("[]")]
    [InlineData("")]
    public void Read_NoRecipeAtAll_IsBadInput(string json) => Assert.Throws<BadInputException>(() => Recipe.Reader.Read(json, "test"));

    [Fact]
    public void Read_Settings_WinOverTheFile()
    {
        var settings = new[]
        {
            RecipeSettings.Parse("training.batch=7"),
            RecipeSettings.Parse("net.layers.conv1.lrn=null"),
            RecipeSettings.Parse("name=mine"),
        };
        var recipe = Recipe.Reader.Read(RecipeFiles.Text("quickstart"), "test", settings.Select(s => s ?? default));
        Assert.Equal(7, recipe.Training.Batch);
        Assert.Null(((ConvRecipe)recipe.Net.Layers[0]).Lrn);
        Assert.Equal("mine", recipe.Name);
    }

    private static JsonObject Quickstart() => JsonNode.Parse(RecipeFiles.Text("quickstart"))!.AsObject();
}
