using System.Globalization;
using System.Text.Json;
using AlexNet.Testing;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Examples.Tests;

/// <summary>A short run of an example: fourteen steps that are saved every fifth, in batches of 16 samples.</summary>
internal static class ExampleRun
{
    public const int Steps = 14;

    /// <summary>With batch statistics of all replicas.</summary>
    public const string Synchronised = "resnet18 synchronised";

    public static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    /// <summary>Every example, with what makes it small; a second word names a way to run it.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Small = new Dictionary<string, string[]>
    {
        ["spiral"] = [],
        ["mlp"] = [],
        ["lenet"] = [],
        ["resnet18"] = ["--width", "4"],
        [Synchronised] = ["--width", "4", "--set", "syncBatchNorm=true"],
        ["unet"] = [],
        ["transformer"] = ["--width", "16"],
        ["gan"] = [],
        ["ownloop"] = [],
    };

    /// <summary>Starts it with a fault injected into a worker, such as <c>kill@1.0:4:reduce</c>; null for none.</summary>
    public static AlexnetProcess Start(
        string example,
        string directory,
        int replicas,
        string? fault = null,
        int steps = Steps,
        bool resumes = false
    ) =>
        AlexnetProcess.TrainProgram(
            ProgramOf(example),
            directory,
            new() { ["ALEXNET_FAULT"] = fault },
            [
                .. Small[example],
                "--threads",
                "1",
                "--batch",
                "16",
                "--steps",
                steps.ToString(CultureInfo.InvariantCulture),
                "--replicas",
                replicas.ToString(CultureInfo.InvariantCulture),
                "--set",
                "checkpoint.everySteps=5",
                .. resumes ? ["--resume"] : Array.Empty<string>(),
            ]
        );

    /// <summary>The name of its program.</summary>
    public static string ProgramOf(string example) => example.Split(' ')[0];

    /// <summary>What a run that has ended has come to.</summary>
    public static async Task<Trained> FinishAsync(string example, string directory, int replicas, int steps = Steps, bool resumes = false)
    {
        await using var run = Start(example, directory, replicas, null, steps, resumes);
        await run.FinishAsync(Deadline);
        return Trained.Read(directory);
    }
}

/// <summary>What a run has come to: every byte of its last weights, buffers and optimiser state, and its losses.</summary>
internal sealed record Trained(IReadOnlyDictionary<string, string> Files, IReadOnlyList<double> Losses, IReadOnlyList<string> Evaluations)
{
    public static Trained Read(string directory)
    {
        var newest = new CheckpointStore(directory).NewestWhole()
            ?? throw new InvalidOperationException($"'{directory}' has saved nothing.");
        var lines = File.ReadLines(Path.Combine(directory, CheckpointFiles.Metrics)).Select(line => JsonElement.Parse(line)).ToList();
        return new(
            Directory.GetFiles(newest.Directory, "*.safetensors").ToDictionary(f => Path.GetFileName(f), f => ManifestFile.Of(f).Sha256),
            [.. lines.Where(l => l.GetProperty("event").GetString() == "step").Select(l => l.GetProperty("loss").GetDouble())],
            [.. lines.Where(l => l.GetProperty("event").GetString() == "epoch").Select(l => l.GetRawText())]
        );
    }

    /// <summary>Bit for bit the same.</summary>
    public void AssertSameAs(Trained expected)
    {
        Assert.Equal(expected.Losses, Losses);
        Assert.Equal(expected.Files, Files);
    }
}
