using System.Text.Json.Nodes;
using AlexNet.Data.Finding;

namespace AlexNet.Cli.Choosing;

/// <summary>Which recipe is chosen for which data: the first row that fits.</summary>
internal static class RecipeTable
{
    /// <summary>Pictures whose shorter side is less than this have nothing to show a net of 224x224 pixels.</summary>
    private const int SmallSide = 56;

    private const int FewPictures = 1_000,
        ManyPictures = 20_000;

    private static readonly Row[] Rows =
    [
        new(d => d.Form == DataForm.Idx, "fashion-mnist-compact", "grey pictures in IDX files", []),
        new(d => d.Form == DataForm.Cifar10, "cifar10", "the files of CIFAR-10", []),
        new(
            d => d.Form == DataForm.Folders && Math.Min(d.Widths.Median, d.Heights.Median) < SmallSide,
            "quickstart",
            $"pictures of less than {SmallSide} pixels on the shorter side",
            [
                new("data.resize", new JsonObject { ["kind"] = "shortest-side", ["size"] = 44 }),
                new("data.augmentation", new JsonObject { ["randomCrop"] = true }),
                new("training.epochs", 30),
            ]
        ),
        new(
            d => d.Train < FewPictures,
            "flowers",
            $"less than {FewPictures:N0} photos, in batches of 16 so that an epoch has enough steps",
            [new("training.batch", 16)]
        ),
        new(d => d.Train <= ManyPictures, "flowers", "some thousand photos", []),
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
