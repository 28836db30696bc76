using System.Text;
using AlexNet.Recipes.Describing;

namespace AlexNet.Recipes.Tests.Describing;

/// <summary><c>docs/recipe-keys.md</c>: a table for each section of a recipe.</summary>
internal static class KeysPage
{
    public static string Of(IReadOnlyList<RecipeKey> keys)
    {
        var page = new StringBuilder(
            $"""
            # Keys of a recipe

            A test makes this page from the recipe types, as it makes the [schema](../recipes/recipe.schema.json) by which an editor
            completes and checks a recipe. `alexnet recipes describe KEY` prints one key, with the recipes that set it, and
            `--set KEY=VALUE` sets it. `{RecipeKeys.Item}` stands for the name of a layer, or for the number of another list's item,
            counted from 0. Words in brackets after a key are the kinds of section that have it.

            """.ReplaceLineEndings("\n")
        );
        foreach (var section in keys.GroupBy(k => SectionOf(k.Key)))
        {
            page.Append($"\n## {(section.Key.Length == 0 ? "The recipe itself" : section.Key)}\n\n");
            page.Append("| key | value | default | meaning |\n|---|---|---|---|\n");
            foreach (var key in section)
                page.Append($"| {NameOf(key)} | {ValueOf(key)} | {DefaultOf(key)} | {MeaningOf(key)} |\n");
        }

        return page.ToString();
    }

    private static string SectionOf(string key) => key.Contains('.') ? key[..key.LastIndexOf('.')] : "";

    private static string NameOf(RecipeKey key) =>
        $"`{key.Key[(key.Key.LastIndexOf('.') + 1)..]}`" + (key.Kinds.Count == 0 ? "" : $" ({string.Join(", ", key.Kinds)})");

    private static string ValueOf(RecipeKey key) =>
        key.Words.Count > 0 ? string.Join(", ", key.Words.Select(w => $"`{w.Word}`"))
        : key.Range.Length == 0 || key.Range == key.Type || key.Range == "any number" ? key.Type
        : $"{key.Type}: {key.Range}";

    private static string DefaultOf(RecipeKey key) => key.IsRequired ? "required" : $"`{key.Default?.ToJsonString() ?? "null"}`";

    private static string MeaningOf(RecipeKey key) =>
        (key.Description + string.Concat(key.Words.Select(w => $"<br>`{w.Word}`: {w.Meaning}"))).Replace(
            "|",
            "\\|",
            StringComparison.Ordinal
        );
}
