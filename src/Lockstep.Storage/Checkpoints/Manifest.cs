using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Core.Metrics;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Core.Schedules;
using Lockstep.Core.Texts;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Checkpoints;

/// <summary>What a checkpoint consists of. Written last, when every file is on disk: a directory without one is no checkpoint.</summary>
public sealed record Manifest
{
    /// <summary>The version of the format that this program writes, and the only one that it reads.</summary>
    public const int CurrentVersion = 1;

    internal static string Remedy => $"Use another checkpoint: '{RunHints.Program} checkpoints list RUN' shows them.";
    private const long SizeLimit = 16 << 20;

    public int Version { get; init; } = CurrentVersion;

    public required string RunId { get; init; }

    /// <summary>Updates done; the step to go on with.</summary>
    public required long Step { get; init; }

    /// <summary>The epoch, counted from 1, of the step to go on with.</summary>
    public required int Epoch { get; init; }

    /// <summary>Steps of that epoch that are done: the sampler's position.</summary>
    public required int StepInEpoch { get; init; }

    /// <summary>The generation that saved it.</summary>
    public required long Generation { get; init; }

    public required int Replicas { get; init; }

    public required int Shards { get; init; }

    /// <summary>Hex SHA-256 of the resolved recipe.</summary>
    public required string RecipeHash { get; init; }

    public required RunEnvironment Environment { get; init; }

    /// <summary>The data that it was trained on; null in checkpoints of before 2026-12-01.</summary>
    public DataIdentity? Data { get; init; }

    /// <summary>Every evaluation so far, in the order of steps: the rate of later steps may depend on them.</summary>
    public IReadOnlyList<Evaluation> Evaluations { get; init; } = [];

    /// <summary>What the run is to get better at; top-1 accuracy where checkpoints of before do not say it.</summary>
    public Objective Objective { get; init; } = Objective.Top1;

    /// <summary>The best of the evaluations; null before the first. Written for people and programs that read the file.</summary>
    public Evaluation? Best => Evaluation.BestOf(Evaluations, Objective);

    /// <summary>One file for each kind and shard.</summary>
    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>Hex SHA-256 of a recipe's canonical text.</summary>
    public static string HashOf(RunRecipe recipe) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(RecipeJson.Write(recipe))));

    /// <summary>The files of one kind in the order of their shards; empty if the checkpoint holds none.</summary>
    public IReadOnlyList<ManifestFile> FilesOf(string kind) =>
        [.. CheckpointFiles.Shards(kind, Shards).Join(Files, name => name, file => file.Name, (_, file) => file)];

    /// <summary>Everything that is wrong with the files on disk.</summary>
    /// <param name="directory">The checkpoint's.</param>
    /// <param name="hash">Read every byte; otherwise only lengths are compared.</param>
    public IReadOnlyList<string> Problems(string directory, bool hash) => Problems(directory, Files, hash);

    /// <summary>
    /// Verifies that every file is on disk as it was written, then writes the manifest beside them: the checkpoint is whole.
    /// </summary>
    /// <exception cref="IOException">A file is not as it was written, or the disk cannot be written; there is no checkpoint
    /// then.</exception>
    public void Write(string directory)
    {
        var differences = Layout() is { } layout
            ? [layout]
            : Files.Select(f => f.Difference(directory, hash: true)).OfType<string>().ToList();
        if (differences.Count > 0)
        {
            throw new IOException(
                $"the checkpoint of step {Step} was not made in '{directory}': {string.Join("; ", differences)}. Check that disk; a later "
                    + "save is not concerned."
            );
        }

        byte[] content = SealedText.Seal(JsonSerializer.Serialize(this, RecipeJson.Options));
        DurableFile.Write(Path.Combine(directory, CheckpointFiles.Manifest), file => file.Write(content));
    }

    /// <summary>Reads the manifest of a checkpoint; its files are not looked at.</summary>
    /// <exception cref="BadInputException">There is none, or it is damaged, or of another version.</exception>
    public static Manifest Read(string directory)
    {
        byte[] json = SealedText.Open(ReadBytes(directory), out string? problem);
        if (problem is not null)
            throw Invalid(directory, $"it is damaged: {problem}");
        try
        {
            if (JsonElement.Parse(json).GetProperty("version").GetInt32() is var version && version != CurrentVersion)
            {
                throw new BadInputException(
                    $"checkpoint '{directory}': its format has version {version}; this program reads version {CurrentVersion}. Use the "
                        + "program that wrote it."
                );
            }

            var manifest = JsonSerializer.Deserialize<Manifest>(json, RecipeJson.Options) ?? throw new JsonException("it is null");
            return manifest.Layout() is { } layout ? throw Invalid(directory, layout) : manifest;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Invalid(directory, $"it is not a manifest ({e.Message})");
        }
    }

    internal static IReadOnlyList<string> Problems(string directory, IEnumerable<ManifestFile> files, bool hash) =>
        [
            .. files
                .Select(f => f.Difference(directory, hash))
                .OfType<string>()
                .Select(difference => $"checkpoint '{directory}': {difference}. {Remedy}"),
        ];

    private static byte[] ReadBytes(string directory)
    {
        var file = new FileInfo(Path.Combine(directory, CheckpointFiles.Manifest));
        try
        {
            if (file.Exists && file.Length <= SizeLimit)
                return InputFile.ReadAllBytes(file.FullName);
            throw Invalid(
                directory,
                file.Exists ? $"it is damaged: it has {file.Length:N0} bytes" : "it is missing, so this is no whole checkpoint"
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid(directory, $"it cannot be read ({e.Message})");
        }
    }

    /// <summary>What is wrong with the list of files; null if each kind has all its shards and nothing else is named.</summary>
    private string? Layout()
    {
        if (Shards < 1 || Shards > Files.Count)
            return $"it has {Count.Of(Shards, "shard")} in {Count.Of(Files.Count, "file")}; at least one file for each shard is required";
        string[] kinds =
            FilesOf(CheckpointFiles.Optimizer).Count > 0 ? [CheckpointFiles.Weights, CheckpointFiles.Optimizer] : [CheckpointFiles.Weights];
        var required = kinds.SelectMany(kind => CheckpointFiles.Shards(kind, Shards)).Order(StringComparer.Ordinal);
        var found = Files.Select(f => f.Name).Order(StringComparer.Ordinal);
        return found.SequenceEqual(required) ? null : $"it lists {string.Join(", ", found)}; {string.Join(", ", required)} are required";
    }

    private static BadInputException Invalid(string directory, string how) =>
        new($"checkpoint '{directory}': file '{CheckpointFiles.Manifest}': {how}. {Remedy}");
}
