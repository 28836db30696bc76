using System.Text.Json.Nodes;
using AlexNet.Recipes.Describing;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Tests.Describing;

/// <summary>What schema and page say of a number is what a run accepts.</summary>
public class RangeTests
{
    /// <summary>Sections that <c>quickstart</c> does not have, or has of another kind; each with what it requires.</summary>
    private static readonly Dictionary<string, string> Sections = new()
    {
        ["data.resize whole"] = """{ "kind": "whole" }""",
        ["data.resize shortest-side"] = """{ "kind": "shortest-side", "size": 40 }""",
        ["data.augmentation.colourNoise"] = "{ }",
        ["net.init normal"] = """{ "kind": "normal", "std": 0.01 }""",
        ["net.layers.conv1.lrn"] = "{ }",
        ["net.layers.conv1.pool"] = """{ "kernel": 2, "stride": 2 }""",
        ["net.layers.conv1.init normal"] = """{ "kind": "normal", "std": 0.01 }""",
        ["optimizer sgd"] = """{ "kind": "sgd", "rate": 0.01 }""",
        ["optimizer torch-sgd"] = """{ "kind": "torch-sgd", "rate": 0.01 }""",
        ["optimizer adam"] = """{ "kind": "adam", "rate": 0.01 }""",
        ["optimizer adamw"] = """{ "kind": "adamw", "rate": 0.01 }""",
        ["data.progressive"] = """[{ "until": 0.5, "height": 20, "width": 20 }]""",
        ["net.layers.conv1.adaptivePool"] = """{ "height": 1, "width": 1 }""",
        ["optimizer.lars"] = "{ }",
        ["optimizer.groups"] = """[{ "names": "*.bias" }]""",
        ["schedule"] = """{ "kind": "constant" }""",
        ["schedule steps"] = """{ "kind": "steps", "epochs": [2] }""",
        ["schedule cosine"] = """{ "kind": "cosine" }""",
        ["schedule plateau"] = """{ "kind": "plateau" }""",
        ["schedule.warmUp"] = """{ "epochs": 1 }""",
    };

    public static TheoryData<string, string, double, bool> Borders
    {
        get
        {
            var data = new TheoryData<string, string, double, bool>();
            var keys = RecipeKeys.Of(RecipeSchema.Of<Recipe>(DocComments.SummaryOf));
            foreach (var key in keys.Where(k => k.Type.Contains("number", StringComparison.Ordinal)))
            {
                foreach (var (value, isWithin) in AtTheBorders(key))
                    data.Add(key.Key, key.Kinds.Count == 0 ? "" : key.Kinds[0], value, isWithin);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Borders))]
    public void Number_AtTheBorderOfItsRange_IsTakenOrRefused(string key, string kind, double value, bool isWithin)
    {
        string place = key.Replace("net.layers.ITEM", kind == "fc" ? "net.layers.fc8" : "net.layers.conv1", StringComparison.Ordinal)
            .Replace("ITEM", "0", StringComparison.Ordinal);
        var settings = Surroundings(place, kind).Append(new(place, JsonNode.Parse(FormattableString.Invariant($"{value}"))));
        var errors = Errors(settings);

        bool isRefused = errors.Any(e =>
            IsAbout(e, place) && e.Contains(FormattableString.Invariant($"' is {value}; it must be "), StringComparison.Ordinal)
        );
        Assert.True(isRefused != isWithin || IsRefusedByAnother(place), $"{place} {value}: {string.Join(" ", errors)}");
    }

    /// <summary>Keys whose values must fit others too, so that a value within the range may be refused.</summary>
    private static bool IsRefusedByAnother(string place) =>
        place
            is "data.resize.size"
                or "data.resize.height"
                or "data.resize.width"
                or "data.augmentation.erasing.mostArea"
                or "data.augmentation.erasing.leastArea";

    private static bool IsAbout(string error, string place)
    {
        string[] path = place.Split('.');
        return error.Contains($"{path[^1]}' is ", StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Errors(IEnumerable<KeyValuePair<string, JsonNode?>> settings)
    {
        try
        {
            Recipe.Reader.Read(RecipeFiles.Text("quickstart"), "test", settings);
            return [];
        }
        catch (BadInputException e)
        {
            return e.Errors;
        }
    }

    /// <summary>The sections around a key, each of a kind that has it.</summary>
    private static IEnumerable<KeyValuePair<string, JsonNode?>> Surroundings(string place, string kind)
    {
        string[] path = place.Split('.');
        for (int length = 1; length < path.Length; length++)
        {
            string section = string.Join('.', path[..length]);
            string own = length == path.Length - 1 && kind.Length > 0 ? $"{section} {kind}" : section;
            string above = section == "optimizer" && path.Contains("lars") ? "optimizer sgd" : own;
            if (Sections.GetValueOrDefault(above) is { } json)
                yield return new(section, JsonNode.Parse(json));
        }
    }

    /// <summary>For each border a value on either side, a whole number where only these are taken.</summary>
    private static IEnumerable<(double Value, bool IsWithin)> AtTheBorders(RecipeKey key)
    {
        double step = key.Type.Contains("whole", StringComparison.Ordinal) ? 1 : 0.001;
        string[] words = key.Range.Split(' ');
        return key.Range switch
        {
            "any number" => [],
            "1 or 3" => [(1, true), (2, false), (3, true)],
            _ when words is [var least, "to", var most] =>
            [
                (Number(least), true),
                (Number(least) - step, false),
                (Number(most) + step, false),
            ],
            _ when words is [var least, "or", "more"] => [(Number(least), true), (Number(least) - step, false)],
            _ when words is ["above", var least, "and", "at", "most", var most] =>
            [
                (Number(least) + step, true),
                (Number(least), false),
                (Number(most), true),
                (Number(most) + step, false),
            ],
            _ when words is ["above", var least] => [(Number(least) + step, true), (Number(least), false)],
            _ when words is ["at", "least", var least, "and", "below", var most] =>
            [
                (Number(least), true),
                (Number(least) - step, false),
                (Number(most) - step, true),
                (Number(most), false),
            ],
            _ when words is ["above", var least, "and", "below", var most] =>
            [
                (Number(least) + step, true),
                (Number(least), false),
                (Number(most) - step, true),
                (Number(most), false),
            ],
            _ => throw new InvalidOperationException($"'{key.Key}' has the range '{key.Range}', which this test does not know."),
        };
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
