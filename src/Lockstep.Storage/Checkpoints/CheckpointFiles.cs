using System.Globalization;

namespace Lockstep.Storage.Checkpoints;

/// <summary>How the files of a run directory are named.</summary>
public static class CheckpointFiles
{
    public const string Weights = "weights";
    public const string Optimizer = "optimizer";
    public const string Gradients = "gradients";
    public const string Manifest = "manifest.json";
    public const string Recipe = "recipe.json";
    public const string Extension = ".safetensors";
    public const string Metrics = "metrics.jsonl";

    /// <summary>The directory of all checkpoints, in a run directory.</summary>
    public const string Folder = "checkpoints";

    /// <summary><c>start.safetensors</c> in a run directory: the weights that the run begins with, where these are no random
    /// numbers.</summary>
    public static string Start(string runDirectory) => Path.Combine(runDirectory, $"start{Extension}");

    /// <summary><c>checkpoints</c> in a run directory.</summary>
    public static string Root(string runDirectory) => Path.Combine(runDirectory, Folder);

    /// <summary><c>checkpoints/step-00001200</c> in a run directory.</summary>
    public static string Directory(string runDirectory, long step) => Path.Combine(Root(runDirectory), NameOf(step));

    /// <summary><c>step-00001200</c>: the name of a checkpoint's directory.</summary>
    public static string NameOf(long step) => string.Create(CultureInfo.InvariantCulture, $"step-{step:D8}");

    /// <summary>The step in the name of a checkpoint's directory; null where that is none of a whole one.</summary>
    public static long? StepOf(string name) => CheckpointName.Parse(name) is { Generation: null, Step: var step } ? step : null;

    /// <summary>Where one generation gathers the files of a checkpoint until it is whole; no other generation writes there.</summary>
    public static string Unfinished(string runDirectory, long step, long generation) =>
        $"{Directory(runDirectory, step)}.generation-{generation}.unfinished";

    /// <summary><c>weights-0-of-2.safetensors</c></summary>
    public static string Shard(string kind, int shard, int shards) => $"{kind}-{shard}-of-{shards}{Extension}";

    /// <summary>The names of all shards of one kind, in order.</summary>
    public static IReadOnlyList<string> Shards(string kind, int shards) =>
        [.. Enumerable.Range(0, shards).Select(s => Shard(kind, s, shards))];
}
