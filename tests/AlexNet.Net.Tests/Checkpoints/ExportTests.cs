using System.Text.Json;
using AlexNet.Recipes;
using AlexNet.Testing;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Torch.Memory;
using TorchSharp;

namespace AlexNet.Net.Tests.Checkpoints;

/// <summary>
/// An exported net is the same bytes from every layout, and the same function in PyTorch, by the program that docs/checkpoints.md shows.
/// </summary>
public sealed class ExportTests : IDisposable
{
    private static readonly Lazy<bool> HasPyTorch = new(() => PythonProgram.Has("torch"));

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("recipes/fashion-mnist-compact.json", new[] { 1, 2, 4 })] // Adam
    [InlineData("tests/AlexNet.Net.Tests/Fixtures/odd-net.recipe.json", new[] { 1, 3 })] // SGD, unequal parts
    public async Task Export_is_bytewise_the_same_from_every_layout(string path, int[] shards)
    {
        var files = new List<byte[]>();
        foreach (int count in shards)
        {
            string checkpoint = await SavedNet.SaveAsync(Recipe(path), count, _folder[$"of-{count}"]);
            files.Add(File.ReadAllBytes(CheckpointExport.Write(checkpoint, _folder["net"], optimizer: true).Path));
        }
        Assert.All(files, file => Assert.True(file.AsSpan().SequenceEqual(files[0])));
    }

    [Theory]
    [InlineData("recipes/quickstart.json", 2)]
    [InlineData("recipes/fashion-mnist-compact.json", 4)]
    [InlineData("recipes/imagenet-2012.json", 2)]
    [InlineData("tests/AlexNet.Net.Tests/Fixtures/odd-net.recipe.json", 3)]
    public async Task The_documented_PyTorch_program_gets_the_same_logits_from_an_export(string path, int shards)
    {
        Assert.SkipUnless(HasPyTorch.Value, $"{PythonProgram.Path} has no torch.");
        if (path.EndsWith("imagenet-2012.json", StringComparison.Ordinal))
            LongTests.Require();
        var recipe = Recipe(path);
        string checkpoint = await SavedNet.SaveAsync(recipe, shards, _folder["run"]);
        string weights = CheckpointExport.Write(checkpoint, _folder["net.safetensors"], optimizer: true).Path;
        using var images = torch.randn([2, recipe.Data.Channels, recipe.Data.Height, recipe.Data.Width], generator: new torch.Generator(7));

        double[] ours = SavedNet.Logits(recipe, weights, images),
            theirs = PyTorchLogits(recipe, weights, images);

        // eight layers in fp32, summed in another order and by another LRN: 2e-7 to 2.4e-6 of the logits' size was seen
        double size = ours.Max(Math.Abs);
        Assert.True(size > 1e-3 && ours.Distinct().Count() > 1, "the logits say nothing");
        Assert.Equal(ours.Length, theirs.Length);
        Assert.All(ours.Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * size));
    }

    public void Dispose() => _folder.Dispose();

    private static Recipe Recipe(string path) => AlexNet.Recipes.Recipe.Reader.Read(File.ReadAllText(Find(path)), path);

    private static string Find(string path) =>
        Checkout.Above(path) ?? throw new FileNotFoundException("the tests must run inside the repository.", path);

    private double[] PyTorchLogits(Recipe recipe, string weights, torch.Tensor images)
    {
        File.WriteAllText(_folder["recipe.json"], RecipeJson.Write(recipe));
        File.WriteAllText(_folder["program.py"], DocumentedProgram());
        var tensor = TensorEntry.Of("images", images.shape, new Extent(0, (int)images.shape[0]), HostMemory.Of(images));
        DurableFile.Write(_folder["images"], file => SafetensorsWriter.Write(file, [tensor]));
        var (code, output, error) = PythonProgram.Run(_folder["program.py"], _folder["recipe.json"], weights, _folder["images"]);
        Assert.True(code == 0, error);
        return [.. JsonSerializer.Deserialize<double[][]>(output)?.SelectMany(row => row) ?? []];
    }

    private static string DocumentedProgram()
    {
        string page = File.ReadAllText(Find("docs/checkpoints.md"));
        int start = page.IndexOf("```python\n", StringComparison.Ordinal) + "```python\n".Length;
        return page[start..page.IndexOf("\n```", start, StringComparison.Ordinal)];
    }
}
