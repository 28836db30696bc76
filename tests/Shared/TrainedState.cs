using System.Text.Json;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace AlexNet.Testing;

/// <summary>What a run has come to: every byte of its last weights and optimiser state, and its metrics.</summary>
/// <param name="Files">SHA-256 of each file of tensors in the newest checkpoint, by name.</param>
/// <param name="Losses">By step, in the order of the file.</param>
/// <param name="Accuracies">By the step of the evaluation, in the order of the file.</param>
internal sealed record TrainedState(
    IReadOnlyDictionary<string, string> Files,
    IReadOnlyList<(long Step, double Loss)> Losses,
    IReadOnlyList<(long Step, double Top1)> Accuracies
)
{
    public static TrainedState Read(string runDirectory)
    {
        var newest = new CheckpointStore(runDirectory).NewestWhole()
            ?? throw new InvalidOperationException($"'{runDirectory}' holds no whole checkpoint.");
        return new(
            Directory
                .GetFiles(newest.Directory, "*.safetensors")
                .ToDictionary(path => Path.GetFileName(path), path => ManifestFile.Of(path).Sha256),
            LossesOf(runDirectory),
            Values(runDirectory, "epoch", "top1")
        );
    }

    /// <summary>The losses of its steps, in the order of the file.</summary>
    public static IReadOnlyList<(long Step, double Loss)> LossesOf(string runDirectory) => Values(runDirectory, "step", "loss");

    /// <summary>How many steps a run has recorded, which may be writing the next line; 0 before its first.</summary>
    public static int RecordedSteps(string runDirectory)
    {
        string path = Path.Combine(runDirectory, CheckpointFiles.Metrics);
        return File.Exists(path)
            ? File.ReadAllText(path).Split('\n')[..^1].Count(line => line.Contains("\"step\",", StringComparison.Ordinal))
            : 0;
    }

    /// <summary>Bit for bit the same, each step once and in order.</summary>
    public void AssertSameAs(TrainedState expected)
    {
        Assert.Equal(expected.Losses, Losses);
        Assert.Equal(expected.Accuracies, Accuracies);
        Assert.Equal(expected.Files, Files);
    }

    /// <summary>A number of each line of a kind, in the order of the file.</summary>
    public static IReadOnlyList<(long Step, double Value)> Values(string runDirectory, string kind, string name) =>
        [
            .. File.ReadLines(Path.Combine(runDirectory, CheckpointFiles.Metrics))
                .Select(line => JsonElement.Parse(line))
                .Where(e => e.GetProperty("event").GetString() == kind)
                .Select(e => (e.GetProperty("step").GetInt64(), e.GetProperty(name).GetDouble())),
        ];
}
