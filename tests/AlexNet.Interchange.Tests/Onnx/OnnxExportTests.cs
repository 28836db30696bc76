using System.Text.Json;
using System.Text.Json.Nodes;
using AlexNet.Interchange.Onnx;
using AlexNet.Net.Images;
using AlexNet.Net.Tests.Checkpoints;
using AlexNet.Recipes;
using AlexNet.Recipes.Augmentation;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;
using TorchSharp;

namespace AlexNet.Interchange.Tests.Onnx;

/// <summary>An exported net says in ONNX Runtime what it says here.</summary>
public sealed class OnnxExportTests : IDisposable
{
    private const int Samples = 3;

    private readonly TemporaryFolder _folder = new();

    /// <summary>Every recipe, and a net with all that a layer may have.</summary>
    [Theory]
    [InlineData("odd", 1)]
    [InlineData("averaged", 2)]
    [InlineData("quickstart", 2)]
    [InlineData("fashion-mnist-compact", 4)]
    [InlineData("fashion-mnist-modern", 2)]
    [InlineData("flowers-modern", 2)]
    [InlineData("fruits-modern", 1, true)]
    [InlineData("cifar10-fast", 1, true)]
    [InlineData("flowers", 1, true)]
    [InlineData("flowers-two-towers", 2, true)]
    [InlineData("fashion-mnist", 8, true)]
    [InlineData("cifar10", 2, true)]
    [InlineData("fruits", 1, true)]
    [InlineData("imagenet-2012", 2, true)]
    [InlineData("alexnet-2014", 2, true)]
    [InlineData("vgg-16", 1, true)]
    public async Task Logits_OfPixelsAndOfNormalisedNumbers_AreTheNets(string name, int shards, bool isLong = false)
    {
        if (isLong)
            LongTests.Require();
        var recipe = name == "averaged" ? Recipes.Of("odd", ("net.layers.conv2.adaptivePool", Size(2, 1))) : Recipes.Of(name);
        string checkpoint = await SavedNet.SaveAsync(recipe, shards, _folder["run"]);
        string weights = CheckpointExport.Write(checkpoint, _folder["net.safetensors"], optimizer: false).Path;
        using var bytes = Pixels(recipe);
        using var images = new ImageBatch(recipe.Data, torch.CPU).Normalise(bytes);
        double[] ours = SavedNet.Logits(recipe, weights, images);

        using var ofPixels = new OnnxNetRun(Export(recipe, OnnxInput.Pixels, checkpoint));
        var (logits, probabilities) = ofPixels.Run(bytes.to(torch.ScalarType.Float32).data<float>().ToArray(), images.shape);
        Distance.AssertSmall(ours, logits);
        Assert.Equal(Samples, probabilities.Sum(), 1e-5);
        Assert.Equal(
            Array.IndexOf(logits, logits.Take(recipe.Data.Classes).Max()),
            Array.IndexOf(probabilities, probabilities.Take(recipe.Data.Classes).Max())
        );

        using var ofNumbers = new OnnxNetRun(Export(recipe, OnnxInput.Normalised, checkpoint));
        Distance.AssertSmall(ours, ofNumbers.Run(images.data<float>().ToArray(), images.shape).Logits);
    }

    [Fact]
    public async Task MeanImage_OfTheRecipe_IsInTheGraph()
    {
        var recipe = Recipes.Of("odd");
        var shape = NetShape.Of(recipe).Image;
        MeanImage.Write(_folder["mean"], [.. Enumerable.Range(0, shape.Elements).Select(i => i % 7 / 7f)], shape);
        recipe = recipe with { Data = recipe.Data with { MeanImage = _folder["mean"] } };
        string checkpoint = await SavedNet.SaveAsync(recipe, 1, _folder["run"]);
        using var bytes = Pixels(recipe);
        using var images = new ImageBatch(recipe.Data, torch.CPU).Normalise(bytes);

        using var net = new OnnxNetRun(Export(recipe, OnnxInput.Pixels, checkpoint));

        var (logits, _) = net.Run(bytes.to(torch.ScalarType.Float32).data<float>().ToArray(), images.shape);
        Distance.AssertSmall(SavedNet.Logits(recipe, WholeFile(checkpoint), images), logits);
    }

    [Fact]
    public async Task File_OfAnyLayout_IsTheSameAndSaysWhatItIs()
    {
        var recipe = Recipes.Of("quickstart");
        string one = await SavedNet.SaveAsync(recipe, 1, _folder["one"]),
            two = await SavedNet.SaveAsync(recipe with { Layout = new() { Shards = 2 } }, 2, _folder["two"]);

        byte[] file = File.ReadAllBytes(Export(recipe, OnnxInput.Pixels, one));

        Assert.Equal(file, File.ReadAllBytes(Export(recipe with { Layout = new() { Shards = 2 } }, OnnxInput.Pixels, two)));
        using var net = new OnnxNetRun(_folder["net.onnx"]);
        Assert.Equal([-1, 3, 40, 40], net.InputShape);
        Assert.Equal(Names(recipe), JsonSerializer.Deserialize<string[]>(net.Properties["class_names"]));
        Assert.Equal("quickstart", Recipe.Reader.Read(net.Properties["recipe"], "of the file").Name);
        Assert.StartsWith("Pixels from 0 to 255", net.Properties["input"], StringComparison.Ordinal);
        Assert.Equal(("run-1", "7"), (net.Properties["run"], net.Properties["step"]));
    }

    [Fact]
    public void RequireEvenWindows_OfUnequalOnes_IsRefused()
    {
        var uneven = Recipes.Of("odd", ("net.layers.conv2.adaptivePool", Size(3, 5))); // of 4x5
        var error = Assert.Throws<BadInputException>(() => OnnxExport.RequireEvenWindows(uneven));
        Assert.Contains("layer 'conv2' of 'odd' averages maps of 4x5 to 3x5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RequireSize_AboveTwoGigabytes_IsRefused()
    {
        var huge = Recipes.Of("vgg-16", ("net.layers.fc6.outputs", 20_000));
        var error = Assert.Throws<BadInputException>(() => OnnxExport.RequireSize(huge));
        Assert.Contains("one ONNX file holds less than 2 GB", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Export(Recipe recipe, OnnxInput input, string checkpoint) =>
        OnnxExport.Write(new(recipe, input, Names(recipe), "run-1", 7), checkpoint, _folder["net.onnx"]).Path;

    private string WholeFile(string checkpoint) => CheckpointExport.Write(checkpoint, _folder["net.safetensors"], optimizer: false).Path;

    private static JsonObject Size(int height, int width) => new() { ["height"] = height, ["width"] = width };

    private static string[] Names(Recipe recipe) => [.. Enumerable.Range(0, recipe.Data.Classes).Select(i => $"class {i}")];

    private static torch.Tensor Pixels(Recipe recipe) =>
        torch.randint(
            0,
            256,
            [Samples, recipe.Data.Channels, recipe.Data.Height, recipe.Data.Width],
            dtype: torch.ScalarType.Byte,
            generator: new torch.Generator(7)
        );
}
