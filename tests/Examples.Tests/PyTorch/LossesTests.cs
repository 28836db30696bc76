using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AlexNet.Testing;
using Lockstep.Core.Recipes;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Storage.Checkpoints;
using Lockstep.Torch.Memory;
using Lockstep.Torch.Modules;
using static TorchSharp.torch;

namespace Examples.Tests.PyTorch;

/// <summary>
/// Twenty steps of each example beside PyTorch's of the same net: its weights before the first step, its samples in its order, and
/// libtorch's own optimisers. Needs Debian's python3-torch.
/// </summary>
public sealed class LossesTests : IDisposable
{
    private const int Steps = 20,
        Batch = 16;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("mlp", 1)]
    [InlineData("mlp", 2)]
    [InlineData("lenet", 1)]
    [InlineData("lenet", 2)]
    [InlineData("resnet18", 1, 5e-5)] // at higher rates PyTorch's own losses in fp32 and fp64 part within a few steps
    [InlineData(ExampleRun.Synchronised, 2, 5e-5)]
    [InlineData(ExampleRun.Synchronised, 4, 5e-5)]
    [InlineData("unet", 1)]
    [InlineData("unet", 2)]
    [InlineData("transformer", 1)]
    [InlineData("transformer", 2)]
    public async Task Losses_are_PyTorchs(string example, int replicas, double? rate = null)
    {
        LongTests.Require();
        Assert.SkipUnless(File.Exists("/usr/lib/python3/dist-packages/torch/__init__.py"), "python3-torch is not installed");
        string run = _folder["run"];
        string[] lowered = rate is { } own ? ["--set", string.Create(CultureInfo.InvariantCulture, $"optimizer.rate={own}")] : [];
        string[] arguments = ["--threads", "1", "--batch", $"{Batch}", "--steps", $"{Steps}", "--replicas", $"{replicas}", .. lowered];
        await using (
            var training = AlexnetProcess.TrainProgram(
                ExampleRun.ProgramOf(example),
                run,
                [],
                [.. ExampleRun.Small[example], .. arguments, "--dump-steps", "0"]
            )
        )
        {
            await training.FinishAsync(Deadline);
        }

        await using (var reference = ProgramProcess.Start(PythonProgram.Path, [Script, WriteTask(ExampleRun.ProgramOf(example), run)]))
            await reference.SucceedAsync(Deadline);
        double[] expected = [.. File.ReadLines(_folder["losses"]).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        var found = Trained.Read(run).Losses;
        Assert.Equal(Steps, expected.Length);
        var distances = expected.Zip(found, (e, f) => Math.Abs(e - f).ToString("g2", CultureInfo.InvariantCulture));
        TestContext.Current.TestOutputHelper?.WriteLine($"distances {string.Join(" ", distances)}");
        Assert.All(expected.Zip(found), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-3));
        Assert.True(rate is not null || expected[^1] < expected[0]); // it has learned
    }

    public void Dispose() => _folder.Dispose();

    private static string Script => Path.Combine(AppContext.BaseDirectory, "PyTorch", "reference.py");

    private static ModuleSamples TrainingSamples(string example) =>
        example switch
        {
            "unet" => Discs.Draw(1000, seed: 1),
            "transformer" => Letters.Read("").Train,
            "resnet18" => Pictures.Cifar("").Train,
            _ => Pictures.Mnist("").Train,
        };

    private string WriteTask(string example, string run)
    {
        NativeLibraries.Load();
        using var scope = NewDisposeScope();
        var samples = TrainingSamples(example);
        int[] all = [.. Enumerable.Range(0, samples.Count)];
        WriteFields(samples.Read(new BatchPlan(0, 1, all.Length, all, new Extent(0, all.Length))));
        var recipe = ModuleRecipe.Reader.Read(File.ReadAllText(Path.Combine(run, CheckpointFiles.Recipe)), run);
        var steps = StepPlan.Of(recipe, samples.Count);
        var batches = new TrainingBatches(steps, recipe.Seed, new RunTopology(1, 1), new Slot(0, 0))
            .Take(Steps)
            .Select(b => b.Indices.ToArray());
        string task = _folder["task.json"];
        File.WriteAllText(
            task,
            new JsonObject
            {
                ["net"] = example,
                ["width"] = example == "resnet18" ? 4 : 16,
                ["layers"] = 2,
                ["weights"] = Directory.GetFiles(Path.Combine(run, "dumps", "step-00000000"), $"{CheckpointFiles.Weights}*").Single(),
                ["fields"] = _folder["fields.safetensors"],
                ["batches"] = JsonSerializer.SerializeToNode(batches),
                ["optimizer"] = JsonNode.Parse(RecipeJson.Write(recipe))?["optimizer"]?.DeepClone(),
                ["rates"] = JsonSerializer.SerializeToNode(Enumerable.Range(0, Steps).Select(s => LearningRate.Of(recipe, steps, s, []))),
                ["clip"] = recipe.Training.ClipNorm,
                ["losses"] = _folder["losses"],
            }.ToJsonString()
        );
        return task;
    }

    private void WriteFields(IReadOnlyList<Tensor> fields)
    {
        using var file = File.Create(_folder["fields.safetensors"]);
        SafetensorsWriter.Write(
            file,
            [
                .. fields.Select(
                    (field, i) =>
                        TensorEntry.Of($"field{i}", field.shape, new Extent(0, (int)field.shape[0]), HostMemory.Of(field.contiguous()))
                ),
            ]
        );
        GC.KeepAlive(fields);
    }
}
