namespace AlexNet.Core.Checkpoints;

/// <summary>How the files of a run directory are named.</summary>
public static class CheckpointFiles
{
    public const string Weights = "weights";
    public const string Gradients = "gradients";
    public const string Manifest = "manifest.json";
    public const string Recipe = "recipe.json";
    public const string Metrics = "metrics.jsonl";

    /// <summary><c>checkpoints/step-00001200</c> in a run directory.</summary>
    public static string Directory(string runDirectory, long step) => Path.Combine(runDirectory, "checkpoints", $"step-{step:D8}");

    /// <summary><c>weights-0-of-2.safetensors</c></summary>
    public static string Shard(string kind, int shard, int shards) => $"{kind}-{shard}-of-{shards}.safetensors";

    /// <summary>Matches the shards of one kind.</summary>
    public static string PatternOf(string kind) => $"{kind}-*-of-*.safetensors";

    /// <summary>The directory of the newest checkpoint that has a manifest; null if there is none.</summary>
    public static string? Newest(string runDirectory)
    {
        string root = Path.Combine(runDirectory, "checkpoints");
        return !System.IO.Directory.Exists(root) ? null : System.IO.Directory.GetDirectories(root, "step-*")
            .Where(d => File.Exists(Path.Combine(d, Manifest)))
            .Order(StringComparer.Ordinal).LastOrDefault();
    }
}
