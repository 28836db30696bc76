namespace AlexNet.Recipes.Tests;

/// <summary>The recipes of the repository.</summary>
internal static class RecipeFiles
{
    public static string Root { get; } = FindRoot();

    public static string Text(string name) => File.ReadAllText(Path.Combine(Root, "recipes", name + ".json"));

    public static Recipe Read(string name) => Recipe.Reader.Read(Text(name), name);

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "AlexNetDistributed.sln")))
                return directory.FullName;
        }

        throw new DirectoryNotFoundException("the tests must run inside the repository, whose root holds AlexNetDistributed.sln.");
    }
}
