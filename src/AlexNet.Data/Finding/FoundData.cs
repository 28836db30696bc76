using AlexNet.Data.Surveys;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Finding;

/// <summary>What a directory was found to hold, before any recipe said so.</summary>
/// <param name="Directory">Full path.</param>
/// <param name="Form">The form of the data.</param>
/// <param name="Classes">A word for each class.</param>
/// <param name="TrainPerClass">Training pictures of each class.</param>
/// <param name="TestPerClass">Test pictures of each class.</param>
public sealed record FoundData(
    string Directory,
    DataForm Form,
    IReadOnlyList<string> Classes,
    IReadOnlyList<int> TrainPerClass,
    IReadOnlyList<int> TestPerClass
)
{
    /// <summary>Widths of the pictures in pixels; zeros where they were not looked at.</summary>
    public PixelRange Widths { get; init; }

    /// <summary>Heights of the pictures in pixels; zeros where they were not looked at.</summary>
    public PixelRange Heights { get; init; }

    /// <summary>What a recipe must say of the folders so that a run finds the same; null for data of another form.</summary>
    public FoldersRecipe? Folders { get; init; }

    /// <summary>The folder of the training pictures, as seen from the directory; empty for the directory itself.</summary>
    public string TrainFolder { get; init; } = "";

    /// <summary>The folder of the test pictures, as seen from the directory; null where they are chosen by their names.</summary>
    public string? TestFolder { get; init; }

    /// <summary>Pictures that cannot be read, and are left out.</summary>
    public IReadOnlyList<BrokenImage> Broken { get; init; } = [];

    /// <summary>Pictures that lie in no folder of a class, as seen from the directory.</summary>
    public IReadOnlyList<string> Strays { get; init; } = [];

    /// <summary>Files that are no pictures, as seen from the directory.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>Full path of a test picture, for an example; null where none is a file by itself.</summary>
    public string? Example { get; init; }

    /// <summary>All training pictures.</summary>
    public int Train => TrainPerClass.Sum();

    /// <summary>All test pictures.</summary>
    public int Test => TestPerClass.Sum();
}
