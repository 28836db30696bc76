namespace AlexNet.Data.Folders;

/// <summary>
/// What the folders of a tree mean, decided from the names of its pictures alone: where training and test pictures lie, and which folders
/// are classes.
/// </summary>
internal sealed class TreeForm
{
    private static readonly string[] TrainNames = ["train", "training"];

    /// <summary>The first of these that has pictures of the classes holds the test pictures.</summary>
    private static readonly string[] TestNames = ["val", "valid", "validation", "test", "testing"];

    private readonly int? _depth;
    private readonly Dictionary<string, int> _labels;

    /// <param name="pictures">Names of the pictures, as seen from the directory of the tree, with slashes.</param>
    /// <param name="depth">Which folders are classes; null for the topmost that have pictures of their own.</param>
    public TreeForm(IReadOnlyList<string> pictures, int? depth)
    {
        _depth = depth;
        string top = TopOf(pictures);
        string[] folders = FoldersIn(pictures, top);
        string? train = Named(folders, TrainNames);
        Train = train is null ? top : $"{top}{train}/";
        Classes = [.. ClassFolders(pictures).Order(StringComparer.Ordinal)];
        _labels = Classes.Select((name, label) => (name, label)).ToDictionary(c => c.name, c => c.label);
        if (train is null)
            return;
        Test = TestNames
            .Select(name => Named(folders, [name]))
            .OfType<string>()
            .Select(name => $"{top}{name}/")
            .FirstOrDefault(prefix => pictures.Any(p => Is(p, prefix) && LabelIn(p, prefix) is not null));
    }

    /// <summary>The beginning of the names of all training pictures: empty, or a folder with a slash behind it.</summary>
    public string Train { get; }

    /// <summary>The same of the test pictures; null where the tree has no folder of these.</summary>
    public string? Test { get; }

    /// <summary>The classes: folders as seen from that of the training pictures, in ordinal order.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The label of a training or test picture; null for one that is neither, or of no class.</summary>
    public int? LabelOf(string picture) =>
        Test is not null && Is(picture, Test) ? LabelIn(picture, Test)
        : Is(picture, Train) ? LabelIn(picture, Train)
        : null;

    /// <summary>Whether a picture lies in the folder of the test pictures.</summary>
    public bool IsInTest(string picture) => Test is not null && Is(picture, Test);

    /// <summary>
    /// The folder that only wraps the folders that mean something: the one folder there is, as long as there are folders in it. Pictures
    /// beside these do not make it a class, for a net needs two classes or more.
    /// </summary>
    private static string TopOf(IReadOnlyList<string> pictures)
    {
        string top = "";
        while (FoldersIn(pictures, top) is [var only])
        {
            string inner = $"{top}{only}/";
            int folders = FoldersIn(pictures, inner).Length;
            bool hasLoose = pictures.Any(p => Is(p, inner) && FirstFolder(p, inner) is null);
            if (folders == 0 || (folders == 1 && hasLoose))
                break;
            top = inner;
        }

        return top;
    }

    /// <summary>The folders right below one that have pictures somewhere in them.</summary>
    private static string[] FoldersIn(IReadOnlyList<string> pictures, string prefix) =>
        [.. pictures.Where(p => Is(p, prefix)).Select(p => FirstFolder(p, prefix)).OfType<string>().Distinct()];

    private int? LabelIn(string picture, string prefix)
    {
        for (string? folder = FolderOf(picture, prefix); folder is { Length: > 0 }; folder = Parent(folder))
        {
            if (_labels.TryGetValue(folder, out int label))
                return label;
        }

        return null;
    }

    private IEnumerable<string> ClassFolders(IReadOnlyList<string> pictures)
    {
        var folders = pictures.Where(p => Is(p, Train)).Select(p => FolderOf(p, Train)).Where(f => f.Length > 0).ToHashSet();
        return folders.Select(f => ClassOf(f, folders)).OfType<string>().Distinct();
    }

    private string? ClassOf(string folder, HashSet<string> withPictures)
    {
        string[] parts = folder.Split('/');
        if (_depth is { } depth)
            return parts.Length < depth ? null : string.Join('/', parts[..depth]);
        return Enumerable.Range(1, parts.Length).Select(length => string.Join('/', parts[..length])).First(withPictures.Contains);
    }

    private static string? Named(string[] folders, string[] names) =>
        names
            .Select(name => folders.FirstOrDefault(f => f.Equals(name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(f => f is not null);

    private static bool Is(string picture, string prefix) => picture.StartsWith(prefix, StringComparison.Ordinal);

    private static string? FirstFolder(string picture, string prefix) =>
        picture.IndexOf('/', prefix.Length) is >= 0 and var end ? picture[prefix.Length..end] : null;

    private static string FolderOf(string picture, string prefix) =>
        picture.LastIndexOf('/') is var end && end > prefix.Length ? picture[prefix.Length..end] : "";

    private static string? Parent(string folder) => folder.LastIndexOf('/') is > 0 and var end ? folder[..end] : null;
}
