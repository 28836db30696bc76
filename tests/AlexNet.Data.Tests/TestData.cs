using System.Security.Cryptography;
using AlexNet.Data.Opening;
using AlexNet.Data.Samples;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;

namespace AlexNet.Data.Tests;

/// <summary>Recipes and data sets for the tests.</summary>
internal static class TestData
{
    public static Recipe Recipe(
        DataKind kind = DataKind.Generated,
        string? path = null,
        long seed = 0,
        int classes = 10,
        int channels = 3,
        int height = 40,
        int width = 40,
        int train = 200,
        int test = 50
    ) =>
        new()
        {
            Name = "test",
            Seed = seed,
            Data = new()
            {
                Kind = kind,
                Path = path,
                Classes = classes,
                Channels = channels,
                Height = height,
                Width = width,
                Generated = new() { Train = train, Test = test },
            },
            Net = new() { Towers = 1, Layers = [] },
            Optimizer = new AdamRecipe { Rate = 0.001 },
            Training = new() { Batch = 64, Epochs = 1 },
        };

    /// <summary>
    /// A folder of shared/data, which lies beside or above the repository on some machines; the test is skipped elsewhere.
    /// </summary>
    public static string Shared(string name)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string path = Path.Combine(directory.FullName, "shared", "data", name);
            if (Directory.Exists(path))
                return path;
        }
        Assert.Skip($"no folder shared/data/{name} lies beside or above the repository.");
        return "";
    }

    public static byte[] Image(IImageSet images, int index)
    {
        byte[] pixels = new byte[images.Shape.Elements];
        images.Read(SampleKey.Evaluation(index), pixels);
        return pixels;
    }

    public static string Hash(IImageSet images, IEnumerable<int> indices) =>
        Convert.ToHexStringLower(SHA256.HashData([.. indices.SelectMany(i => Image(images, i))]));

    public static string ErrorOf(Recipe recipe) => Assert.Throws<BadInputException>(() => DataSetOpener.Open(recipe)).Message;
}
