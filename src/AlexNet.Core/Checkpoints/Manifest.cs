using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AlexNet.Core.Recipes;

namespace AlexNet.Core.Checkpoints;

/// <summary>What a checkpoint consists of. Written last, by rename: a directory without one is no checkpoint.</summary>
public sealed record Manifest
{
    /// <summary>Updates done.</summary>
    public required long Step { get; init; }

    public required int Epoch { get; init; }

    public required int Shards { get; init; }

    /// <summary>Hex SHA-256 of the resolved recipe.</summary>
    public required string RecipeHash { get; init; }

    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>Hex SHA-256 of a recipe's canonical text.</summary>
    public static string HashOf(Recipe recipe) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(RecipeJson.Write(recipe))));

    /// <summary>Hashes every shard that is on disk and writes the manifest beside them.</summary>
    public static void Write(string directory, long step, int epoch, int shards, Recipe recipe)
    {
        var files = Enumerable.Range(0, shards).Select(s => CheckpointFiles.Shard(CheckpointFiles.Weights, s, shards));
        var manifest = new Manifest
        {
            Step = step,
            Epoch = epoch,
            Shards = shards,
            RecipeHash = HashOf(recipe),
            Files = [.. files.Select(name => ManifestFile.Of(directory, name))],
        };
        string path = Path.Combine(directory, CheckpointFiles.Manifest);
        string unfinished = path + ".unfinished";
        using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, manifest, RecipeJson.Options);
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path, overwrite: true);
    }
}

/// <summary>One file of a checkpoint.</summary>
/// <param name="Name">Within the checkpoint's directory.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its hash, in hex.</param>
public sealed record ManifestFile(string Name, long Bytes, string Sha256)
{
    internal static ManifestFile Of(string directory, string name)
    {
        using var file = File.OpenRead(Path.Combine(directory, name));
        return new ManifestFile(name, file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}
