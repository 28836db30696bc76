using System.Text.Json.Nodes;
using AlexNet.Data.Finding;

namespace AlexNet.Cli.Choosing;

/// <summary>Which recipe is chosen for which data: the first row that fits.</summary>
internal static class RecipeTable
{
    /// <summary>Pictures whose shorter side is less than this have nothing to show a net of 112x112 pixels.</summary>
    private const int SmallSide = 56;

    private const int FewPictures = 1_000,
        ManyPictures = 20_000;

    private static readonly Row[] Rows =
    [
        new(d => d.Form == DataForm.Idx, "fashion-mnist-modern", "grey pictures in IDX files", []),
        new(d => d.Form == DataForm.Cifar10, "cifar10-fast", "the files of CIFAR-10", []),
        new(
            d => d.Form == DataForm.Folders && Math.Min(d.Widths.Median, d.Heights.Median) < SmallSide,
            "cifar10-fast",
            $"pictures of less than {SmallSide} pixels on the shorter side",
            [new("data.resize", new JsonObject { ["kind"] = "shortest-side", ["size"] = 36 })]
        ),
        new(
            d => d.Train < FewPictures,
            "flowers-modern",
            $"less than {FewPictures:N0} photos, for more epochs and in batches of 16, so that there are enough steps",
            [new("training.batch", 16), new("training.epochs", 150), new("training.average.decay", 0.99)]
        ),
        new(d => d.Train <= ManyPictures, "flowers-modern", "some thousand photos", []),
        new(_ => true, "alexnet-2014", $"more than {ManyPictures:N0} photos", [new("training.epochs", 30)]),
    ];

    /// <summary>The recipe for the data that were found.</summary>
    public static Row For(FoundData data) => Rows.First(row => row.Fits(data));

    /// <summary>A recipe, and the data that it is for.</summary>
    /// <param name="Fits">Whether it is for these.</param>
    /// <param name="Recipe">Name of the recipe.</param>
    /// <param name="Reason">The data that it is for, in words.</param>
    /// <param name="Settings">What is changed of it.</param>
    public sealed record Row(
        Func<FoundData, bool> Fits,
        string Recipe,
        string Reason,
        IReadOnlyList<KeyValuePair<string, JsonNode?>> Settings
    );
}
