using System.Text.Json;
using AlexNet.Cli.Choosing;
using AlexNet.Data.Finding;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;
using Lockstep.Terminals;
using Lockstep.Views;

namespace AlexNet.Cli.Views;

/// <summary>What is said of data that a user gives without a recipe: what was found there, and what was chosen for it.</summary>
internal static class FoundLines
{
    /// <summary>More of a kind are only counted.</summary>
    private const int MostListed = 5,
        MostClasses = 20;

    /// <summary>What is said before the table of the classes.</summary>
    public static IEnumerable<string> Head(FoundData data)
    {
        yield return RunProgress.Invariant(
            $"'{data.Directory}' holds {What(data.Form)}: {Count.Of(data.Classes.Count, "class", "classes")}, "
        ) + RunProgress.Invariant($"{Count.Of(data.Train, "training picture")} and {Count.Of(data.Test, "test picture")}.");
        if (data.Widths.Median > 0)
            yield return $"Their widths are {data.Widths} pixels, their heights {data.Heights}.";
        if (data.Folders is not { } folders)
            yield break;
        yield return $"The classes are {Classes(data)}.";
        yield return data.TestFolder is { } test
            ? $"The test pictures are those in '{test}'."
            : RunProgress.Invariant(
                $"There is no folder of test pictures: {folders.TestShare:0.##%} of all are kept for tests, chosen by the "
            ) + RunProgress.Invariant($"names of their files (data.folders.testShare, data.folders.seed {folders.Seed}).");
    }

    /// <summary>How many pictures each class has; the first classes where there are many.</summary>
    public static FittedTable Table(FoundData data)
    {
        var table = new FittedTable(new FittedColumn("class", IsProse: true), FittedColumn.Number("training"), FittedColumn.Number("test"));
        for (int c = 0; c < Math.Min(MostClasses, data.Classes.Count); c++)
        {
            table.AddRow(
                data.Classes[c],
                RunProgress.Invariant($"{data.TrainPerClass[c]:N0}"),
                RunProgress.Invariant($"{data.TestPerClass[c]:N0}")
            );
        }

        if (data.Classes.Count > MostClasses)
        {
            table.AddRow(
                $"and {Count.Of(data.Classes.Count - MostClasses, "more class", "more classes")}",
                RunProgress.Invariant($"{data.TrainPerClass.Skip(MostClasses).Sum():N0}"),
                RunProgress.Invariant($"{data.TestPerClass.Skip(MostClasses).Sum():N0}")
            );
        }

        return table;
    }

    /// <summary>What is left out, and why.</summary>
    public static IEnumerable<string> LeftOut(FoundData data)
    {
        if (data.Broken.Count > 0)
        {
            yield return $"{Count.Of(data.Broken.Count, "picture is", "pictures are")} broken and left out:";
            foreach (string line in Listed(data.Broken.Select(b => b.Problem), data.Broken.Count))
                yield return line;
        }

        if (data.Strays.Count > 0)
        {
            yield return $"{Count.Of(data.Strays.Count, "picture lies", "pictures lie")} in no folder of a class and "
                + $"{(data.Strays.Count == 1 ? "is" : "are")} left out:";
            foreach (string line in Listed(data.Strays, data.Strays.Count))
                yield return line;
        }

        if (data.Others.Count > 0)
        {
            yield return $"{Count.Of(data.Others.Count, "file is no picture", "files are no pictures")} of a format that is read, and "
                + $"{(data.Others.Count == 1 ? "is" : "are")} left out:";
            foreach (string line in Listed(data.Others, data.Others.Count))
                yield return line;
        }

        foreach (int c in Enumerable.Range(0, data.Classes.Count).Where(c => data.TestPerClass[c] == 0).Take(MostListed))
            yield return $"Class '{data.Classes[c]}' has no test picture, so that nobody will know how well it is told apart.";
    }

    /// <summary>What is trained.</summary>
    public static string Choice(RecipeForData chosen) =>
        $"Recipe '{chosen.Name}' is chosen, which is for {chosen.Reason}; '{RunHints.Program} recipes' lists the others.";

    /// <summary>One object for programs; the names are contract.</summary>
    public static string Json(RecipeForData chosen) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "data",
                directory = chosen.Data.Directory,
                form = JsonNamingPolicy.KebabCaseLower.ConvertName(chosen.Data.Form.ToString()),
                classes = chosen.Data.Classes,
                train = new { count = chosen.Data.Train, per_class = chosen.Data.TrainPerClass },
                test = new { count = chosen.Data.Test, per_class = chosen.Data.TestPerClass },
                test_folder = chosen.Data.TestFolder,
                test_share = chosen.Data.TestFolder is null ? chosen.Data.Folders?.TestShare : null,
                seed = chosen.Data.Folders?.Seed,
                broken = chosen.Data.Broken.Select(b => new { name = b.Name, problem = b.Problem }),
                strays = chosen.Data.Strays,
                others = chosen.Data.Others,
                recipe = chosen.Name,
            }
        );

    private static string What(DataForm form) =>
        form switch
        {
            DataForm.Packed => "a packed set",
            DataForm.Ilsvrc => "ILSVRC-2012 as it is distributed",
            DataForm.Idx => "IDX files",
            DataForm.Cifar10 => "CIFAR-10",
            _ => "folders of pictures",
        };

    private static string Classes(FoundData data) =>
        (data.Folders?.Depth is { } depth ? $"the folders {depth} deep" : "the topmost folders with pictures of their own")
        + (data.TrainFolder.Length == 0 ? "" : $" in '{data.TrainFolder}'")
        + (data.Classes.Any(c => c.Contains('/')) ? " (--set data.folders.depth=1 takes those above them)" : "");

    private static IEnumerable<string> Listed(IEnumerable<string> lines, int count) =>
        lines
            .Take(MostListed)
            .Select(line => $"  {line}")
            .Concat(count > MostListed ? [RunProgress.Invariant($"  and {count - MostListed:N0} more")] : []);
}
