using System.CommandLine;
using AlexNet.Data.Samples;
using AlexNet.Recipes;
using Lockstep.Core.Errors;

namespace AlexNet.Cli.Arguments;

/// <summary>What commands that load a trained net have in common.</summary>
internal static class NetArguments
{
    public static Argument<string> Checkpoint() =>
        new("checkpoint") { Description = "A run directory (its newest whole checkpoint), or a checkpoint's directory." };

    public static Option<int> Crops() =>
        new Option<int>("--crops")
        {
            Description =
                "Views of each picture: 1 (the middle), or the paper's 10 (four corners, the middle, and their mirror images), whose "
                + "probabilities are averaged.",
            DefaultValueFactory = _ => 1,
        }.AcceptOnlyFromAmong("1", "10");

    public static Option<string> Device() =>
        new Option<string>("--device") { Description = "auto, cpu or cuda.", DefaultValueFactory = _ => "auto" }.AcceptOnlyFromAmong(
            "auto",
            "cpu",
            "cuda"
        );

    public static Option<int?> Batch() =>
        new("--batch") { Description = "Pictures that go through the net at a time; by default the training's batch." };

    /// <summary>The views that <see cref="Crops"/> means.</summary>
    public static IReadOnlyList<int> Views(int crops) => crops == 1 ? TenViews.Centre : TenViews.All;

    /// <summary>The batch that was asked for, or the training's.</summary>
    /// <exception cref="BadInputException">It is below 1.</exception>
    public static int Batch(int? wish, Recipe recipe) =>
        wish is null or >= 1 ? wish ?? recipe.Training.Batch : throw new BadInputException($"--batch is {wish}; it must be 1 or more.");
}
