using AlexNet.Testing;

namespace AlexNet.Recipes.Tests;

/// <summary>The recipes of the repository.</summary>
internal static class RecipeFiles
{
    public static string Text(string name) => File.ReadAllText(Path.Combine(Checkout.Root, "recipes", name + ".json"));

    public static Recipe Read(string name) => Recipe.Reader.Read(Text(name), name);
}
