using AlexNet.Data.Files;
using AlexNet.Data.Folders;
using AlexNet.Data.Images;
using AlexNet.Data.Listing;
using AlexNet.Data.Samples;
using AlexNet.Data.Surveys;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;

namespace AlexNet.Data.Finding;

/// <summary>Looks into folders of pictures: reads every picture once, and leaves out what is broken.</summary>
internal static class FolderFinder
{
    /// <summary>What a picture becomes while it is looked at: small, as only whether it can be decoded counts.</summary>
    private const int Side = 64;

    /// <summary>Seeds that are tried until every class has training and test pictures.</summary>
    private const int MostSeeds = 100;

    /// <exception cref="BadInputException">There is nothing to train on; every error is listed.</exception>
    public static FoundData Find(
        string directory,
        FoldersRecipe wishes,
        bool keepsSeed,
        Action<int, int>? progress,
        CancellationToken cancellation
    )
    {
        var tree = FolderTree.Walk(directory);
        var form = new TreeForm([.. tree.Pictures.Select(p => p.Name)], wishes.Depth);
        var survey = form.Classes.Count > 0 ? Survey(tree, form, wishes, progress, cancellation) : null;
        var broken = survey?.Broken ?? [];
        var whole = wishes with { LeftOut = [.. wishes.LeftOut, .. broken.Select(b => b.Name)] };
        var folders = form.Test is null && !keepsSeed ? WithSeed(tree, form, whole) : whole;
        var found = TreeFiles.Divide(tree, form, folders);
        return new(directory, DataForm.Folders, found.Classes, PerClass(found.Train), PerClass(found.Test))
        {
            Widths = survey?.Widths ?? default,
            Heights = survey?.Heights ?? default,
            Folders = folders,
            TrainFolder = form.Train.TrimEnd('/'),
            TestFolder = form.Test?.TrimEnd('/'),
            Broken = broken,
            Strays = [.. tree.Pictures.Select(p => p.Name).Where(name => form.LabelOf(name) is null)],
            Others = tree.Others,
            Example = found.Test[0].Path,
        };

        IReadOnlyList<int> PerClass(IReadOnlyList<LabelledFile> files) =>
            DataFinder.PerClass(files.Select(f => f.Label), found.Classes.Count);
    }

    private static SplitSurvey Survey(
        FolderTree tree,
        TreeForm form,
        FoldersRecipe folders,
        Action<int, int>? progress,
        CancellationToken cancellation
    )
    {
        var data = new DataRecipe
        {
            Kind = DataKind.Images,
            Classes = form.Classes.Count,
            Channels = 3,
            Height = Side,
            Width = Side,
        };
        var listed = TreeFiles.List(tree, form, folders);
        var reader = new ImageReader(data, seed: 0);
        var all = new FileImages(tree.Directory, [.. listed.Train, .. listed.Test], data, reader);
        var none = new FileImages(tree.Directory, [], data, reader);
        return SetSurvey.Of(new DataSet(all, none, form.Classes, Fingerprint: ""), progress, cancellation).Train;
    }

    /// <summary>The first seed with which the fewest classes are without training or test pictures.</summary>
    private static FoldersRecipe WithSeed(FolderTree tree, TreeForm form, FoldersRecipe folders)
    {
        var (best, fewest) = (folders, int.MaxValue);
        for (int seed = 0; seed < MostSeeds && fewest > 0; seed++)
        {
            var tried = folders with { Seed = seed };
            int lacking = Lacking(TreeFiles.List(tree, form, tried));
            if (lacking < fewest)
                (best, fewest) = (tried, lacking);
        }

        return best;
    }

    /// <summary>The classes that are without training pictures, or without test pictures though they have one to spare.</summary>
    private static int Lacking(FoundFiles found)
    {
        var train = DataFinder.PerClass(found.Train.Select(f => f.Label), found.Classes.Count);
        var test = DataFinder.PerClass(found.Test.Select(f => f.Label), found.Classes.Count);
        return train.Zip(test).Count(c => c is (0, > 0) or (> 1, 0)) + (found.Test.Count == 0 ? 1 : 0);
    }
}
