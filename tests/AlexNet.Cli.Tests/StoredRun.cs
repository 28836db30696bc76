using System.Text.Json.Nodes;
using AlexNet.Cli.Evaluating;
using AlexNet.Net.Shards;
using AlexNet.Net.Trained;
using AlexNet.Recipes;
using AlexNet.Testing;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Storage.Runs;
using Lockstep.Torch.Checkpoints;
using Lockstep.Torch.Exchanging;
using Lockstep.Transport.Collectives;
using TorchSharp;

namespace AlexNet.Cli.Tests;

/// <summary>A run directory with a checkpoint of a tiny net of two towers, whose weights are those that it began with.</summary>
internal sealed class StoredRun : IDisposable
{
    public static readonly string[] Classes = ["daisy", "rose", "tulip"];

    private const string Text = """
        {
          "name": "tiny",
          "data": {
            "kind": "images", "classes": 3, "channels": 3, "height": 12, "width": 12,
            "resize": { "kind": "shortest-side", "size": 16, "square": true }
          },
          "net": {
            "towers": 2, "init": { "kind": "he" },
            "layers": [
              { "kind": "conv", "name": "conv1", "connect": "all", "filters": 4, "kernel": 3 },
              { "kind": "fc", "name": "fc2", "connect": "all", "outputs": 3, "activation": "none" }
            ]
          },
          "optimizer": { "kind": "sgd", "rate": 0.01 },
          "training": { "batch": 4, "epochs": 1 },
          "layout": { "shards": 2 },
          "seed": 5
        }
        """;

    private readonly TemporaryFolder _folder = new();

    /// <param name="settings">Laid over the recipe.</param>
    public StoredRun(params KeyValuePair<string, JsonNode?>[] settings)
    {
        NativeLibraries.Load();
        var recipe = Recipe.Reader.Read(Text, "'tiny'", settings);
        Directory.CreateDirectory(Path);
        File.WriteAllText(System.IO.Path.Combine(Path, CheckpointFiles.Recipe), RecipeJson.Write(recipe));
        ClassNames.Write(Path, Classes);
        Save(recipe);
    }

    public string Path => _folder["run"];

    public StoredNet Net => StoredNet.Find(Path);

    public TrainedNet Load() => TrainedNet.Load(Net.Recipe, Net.Checkpoint, new LocalCollectives(), "cpu");

    /// <summary>A path beside the run.</summary>
    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    private void Save(Recipe recipe)
    {
        var (target, files) = (new CheckpointDirectory(CheckpointFiles.Unfinished(Path, 7, 1)), new List<ManifestFile>());
        var topology = new RunTopology(1, recipe.Layout.Shards);
        for (int index = 0; index < topology.Shards; index++)
        {
            using var shard = new Shard(recipe, topology, index, new Exchange(new LocalCollectives()), torch.CPU);
            files.Add(WeightFiles.Write(target, CheckpointFiles.Weights, index, topology.Shards, shard.Parameters.Select(p => p.Weights)));
        }
        new CheckpointStore(Path).Publish(
            new Manifest
            {
                RunId = "tiny",
                Step = 7,
                Epoch = 1,
                StepInEpoch = 7,
                Generation = 1,
                Replicas = 1,
                Shards = topology.Shards,
                RecipeHash = Manifest.HashOf(recipe),
                Environment = new RunEnvironment(1, InstructionSet.Here, torch.__version__, "cpu", "fp32"),
                Files = files,
            }
        );
    }
}
