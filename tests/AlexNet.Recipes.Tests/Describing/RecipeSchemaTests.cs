using System.Reflection;
using AlexNet.Recipes.Describing;
using AlexNet.Testing;
using Lockstep.Core.Recipes;

namespace AlexNet.Recipes.Tests.Describing;

/// <summary>Set ALEXNET_UPDATE_SCHEMA=1 to write the schema and its page anew.</summary>
public class RecipeSchemaTests
{
    private static readonly string Schema = RecipeSchema.Of<Recipe>(DocComments.SummaryOf);

    public static TheoryData<string> Keys => [.. RecipeKeys.Of(Schema).Select(k => k.Key).Distinct()];

    [Fact]
    public void Schema_InTheRepository_IsTheTypes() => HoldEqual(Path.Combine("recipes", "recipe.schema.json"), Schema);

    [Fact]
    public void Page_InTheRepository_IsTheSchema() => HoldEqual(Path.Combine("docs", "recipe-keys.md"), KeysPage.Of(RecipeKeys.Of(Schema)));

    /// <summary>A key that is new needs a doc comment, and a number a range.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public void Key_OfARecipe_IsDescribedWithDefaultAndRange(string name)
    {
        foreach (var key in RecipeKeys.Of(Schema).Where(k => k.Key == name))
        {
            Assert.True(key.Description.Length > 0, $"'{name}' has no doc comment.");
            Assert.EndsWith(".", key.Description, StringComparison.Ordinal);
            Assert.All(key.Words, word => Assert.True(word.Meaning.Length > 0, $"'{word.Word}' of '{name}' has no doc comment."));
            Assert.False(
                key.Type.Contains("word", StringComparison.Ordinal) && key.Words.Count == 0,
                $"The words of '{name}' have no meaning."
            );
        }
    }

    [Fact]
    public void Number_OfARecipe_HasARange()
    {
        var properties = new List<PropertyInfo>();
        RecipeSchema.Of<Recipe>(member =>
        {
            properties.AddRange(new[] { member }.OfType<PropertyInfo>());
            return null;
        });
        var numbers = properties.Where(p => IsNumber(p.PropertyType)).Distinct().ToList();

        Assert.True(numbers.Count > 30, "The schema no longer asks what its properties mean.");
        Assert.All(numbers, p =>
            Assert.True(p.IsDefined(typeof(NumberRangeAttribute)), $"{p.DeclaringType}.{p.Name} has no [NumberRange].")
        );
    }

    private static bool IsNumber(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain
        && (
            plain == typeof(int)
            || plain == typeof(long)
            || plain == typeof(double)
            || plain.IsGenericType && plain.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && IsNumber(plain.GenericTypeArguments[0])
        );

    private static void HoldEqual(string file, string text)
    {
        string path = Path.Combine(Checkout.Root, file);
        if (Environment.GetEnvironmentVariable("ALEXNET_UPDATE_SCHEMA") == "1")
            File.WriteAllText(path, text);
        Assert.Equal(text, File.ReadAllText(path), ignoreLineEndingDifferences: true);
    }
}
