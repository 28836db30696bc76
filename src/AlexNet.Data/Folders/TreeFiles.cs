using AlexNet.Data.Listing;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;

namespace AlexNet.Data.Folders;

/// <summary>The image files of a tree of folders in any order, divided as a recipe says.</summary>
internal static class TreeFiles
{
    /// <exception cref="BadInputException">It has not what a training needs; every error is listed.</exception>
    public static FoundFiles Find(string directory, FoldersRecipe folders)
    {
        var tree = FolderTree.Walk(directory);
        return Divide(tree, new TreeForm([.. tree.Pictures.Select(p => p.Name)], folders.Depth), folders);
    }

    /// <summary>Divides the pictures of a tree.</summary>
    /// <exception cref="BadInputException">It has not what a training needs; every error is listed.</exception>
    public static FoundFiles Divide(FolderTree tree, TreeForm form, FoldersRecipe folders)
    {
        var found = List(tree, form, folders);
        var errors = Problems(tree, form, found).ToList();
        return errors.Count == 0 ? found : throw new BadInputException(errors);
    }

    /// <summary>The same, whether or not it is enough for a training.</summary>
    public static FoundFiles List(FolderTree tree, TreeForm form, FoldersRecipe folders)
    {
        var leftOut = folders.LeftOut.ToHashSet();
        var (train, test) = (new List<LabelledFile>(), new List<LabelledFile>());
        var containers = new Dictionary<string, string>(); // shared by all files of a folder
        foreach (var picture in tree.Pictures.Where(p => !leftOut.Contains(p.Name)))
        {
            if (form.LabelOf(picture.Name) is not { } label)
                continue;
            bool isTest = form.Test is null ? KeyedSplit.IsTest(picture.Name, folders) : form.IsInTest(picture.Name);
            (isTest ? test : train).Add(Labelled(tree.Directory, picture, label, containers));
        }

        return new([.. train.OrderBy(f => f.Label)], [.. test.OrderBy(f => f.Label)], form.Classes);
    }

    private static LabelledFile Labelled(string directory, TreePicture picture, int label, Dictionary<string, string> containers)
    {
        int end = picture.Name.LastIndexOf('/');
        string folder = picture.Name[..end];
        if (!containers.TryGetValue(folder, out string? container))
            containers.Add(folder, container = Path.Combine(directory, folder));
        return new(container, picture.Name[(end + 1)..], label, picture.Bytes);
    }

    private static IEnumerable<string> Problems(FolderTree tree, TreeForm form, FoundFiles found)
    {
        string place = $"'{Path.Combine(tree.Directory, form.Train).TrimEnd('/')}'";
        if (tree.Pictures.Count == 0)
        {
            yield return $"data directory '{tree.Directory}' has no pictures; it must have a folder of them for each class; name another "
                + "with --data DIR.";
            yield break;
        }

        if (form.Classes.Count < 2)
        {
            yield return $"{place} has {Count.Of(form.Classes.Count, "folder")} of pictures; a net learns to tell 2 classes or more apart, "
                + "each in a folder of its own; put the pictures of each class into a folder.";
            yield break;
        }

        foreach (int label in Enumerable.Range(0, form.Classes.Count).Except(found.Train.Select(f => f.Label)))
        {
            yield return $"class '{form.Classes[label]}' in {place} has no training picture that can be used; 1 or more are required; add "
                + "pictures, remove the folder, or choose others for tests with --set data.folders.seed=N.";
        }

        if (found.Test.Count == 0)
        {
            yield return $"{place} leaves no test picture; 1 or more are required; add pictures, or choose others for tests with "
                + "--set data.folders.seed=N.";
        }
    }
}
