using System.CommandLine;
using System.Text.Json;
using AlexNet.Data.Packed;
using AlexNet.Data.Packing;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;
using Lockstep.Core.Texts;
using Lockstep.Options;
using Lockstep.Storage.Runs;
using Lockstep.Views;

namespace AlexNet.Cli.Commands.DataSets;

/// <summary><c>alexnet data pack [RECIPE] --out DIR</c>: writes image files into a few large tars, each picture resized once.</summary>
internal static class DataPackCommand
{
    private const int Megabyte = 1 << 20;

    private static readonly PackOptions Standard = new();

    public static Command Create()
    {
        var recipe = new Argument<string?>("recipe")
        {
            Description = "Name or path of a recipe, which says how large the pictures must be.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var data = new Option<string?>("--data") { Description = "Directory of the image files; by default the recipe's." };
        var target = new Option<string>("--out") { Description = "Directory of the packed set, or s3://BUCKET/PREFIX.", Required = true };
        var size = new Option<int?>("--size")
        {
            Description = $"Pixels to which a longer shortest side is reduced; by default what the recipe needs, or {Standard.Size}.",
        };
        var quality = new Option<int>("--quality")
        {
            Description = "Quality of the JPEGs that are made, 1 to 100.",
            DefaultValueFactory = _ => Standard.Quality,
        };
        var shard = new Option<int>("--shard-mb")
        {
            Description = "Size of a shard, in MiB.",
            DefaultValueFactory = _ => (int)(Standard.ShardBytes / Megabyte),
        };
        var skip = new Option<string?>("--skip")
        {
            Description = "A list of files to leave out, made by alexnet data info --broken; by default the recipe's data.skip.",
        };
        var output = OutputArgument.Create();
        var command = new Command("pack", "Packs image files into shards for fast sequential reading.")
        {
            recipe,
            data,
            target,
            size,
            quality,
            shard,
            skip,
            output,
        };
        command.SetAction(
            (parsed, cancellation) =>
            {
                var needs = parsed.GetValue(recipe) is { } name ? RecipeCatalog.Load(Recipe.Reader, name).Data : null;
                var options = new PackOptions
                {
                    Size = parsed.GetValue(size) ?? (needs is null ? Standard.Size : PackOptions.SizeFor(needs)),
                    Quality = parsed.GetValue(quality),
                    ShardBytes = (long)parsed.GetValue(shard) * Megabyte,
                    Skip = parsed.GetValue(skip) ?? needs?.Skip,
                    Folders = needs?.Folders,
                };
                return Task.FromResult(
                    Run(
                        SourceOf(needs, parsed.GetValue(data)),
                        parsed.GetRequiredValue(target),
                        options,
                        parsed.GetValue(output) == "json",
                        cancellation
                    )
                );
            }
        );
        return command;
    }

    private static int Run(string source, string target, PackOptions options, bool json, CancellationToken cancellation)
    {
        Check(options);
        PackedSet packed;
        using (var progress = new ProgressLine("pictures"))
            packed = Packer.Pack(source, target, options, progress.Tell, cancellation);
        Console.WriteLine(
            json
                ? Json(target, packed)
                : RunProgress.Invariant($"{target}: {packed.Train:N0} training and {Count.Of(packed.Test, "test picture")} of ")
                    + $"{Count.Of(packed.Classes, "class", "classes")} in {Count.Of(packed.Shards, "shard")}, "
                    + CheckpointLines.Size(packed.Bytes)
        );
        return ExitCodes.Done;
    }

    private static string SourceOf(DataRecipe? recipe, string? directory)
    {
        if (recipe is { Kind: not DataKind.Images })
        {
            throw new BadInputException(
                $"the recipe's 'data.kind' is {recipe.Kind}; only image files are packed; name a recipe of 'data.kind' images, or none."
            );
        }

        string source = directory
            ?? recipe?.Path
            ?? throw new BadInputException("--data is not given; it must name the directory of the image files.");
        return Directory.Exists(source)
            ? source
            : throw new BadInputException($"--data '{source}' is not a directory; give the directory of the image files.");
    }

    private static void Check(PackOptions options)
    {
        var errors = new List<string>();
        if (options.Size < 1)
            errors.Add($"--size is {options.Size}; it must be 1 or more.");
        if (options.Quality is < 1 or > 100)
            errors.Add($"--quality is {options.Quality}; it must be 1 to 100.");
        if (options.ShardBytes < Megabyte)
            errors.Add($"--shard-mb is {options.ShardBytes / Megabyte}; it must be 1 or more.");
        if (errors.Count > 0)
            throw new BadInputException(errors);
    }

    private static string Json(string target, PackedSet packed) =>
        JsonSerializer.Serialize(
            new
            {
                @event = "packed",
                directory = target,
                train = packed.Train,
                test = packed.Test,
                classes = packed.Classes,
                shards = packed.Shards,
                bytes = packed.Bytes,
            }
        );
}
