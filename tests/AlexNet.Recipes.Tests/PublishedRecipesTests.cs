using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;

namespace AlexNet.Recipes.Tests;

/// <summary>The recipes against what is published of them: input, sizes on the way, parameters.</summary>
public class PublishedRecipesTests
{
    /// <summary>
    /// Weights and biases layer by layer: filters x (channels x kernel^2) + filters, outputs x inputs + outputs.
    /// The nets at 224x224 have 54x54 after conv1 without padding (floor((224 - 11) / 4) + 1), or with padding 1 (floor((226 - 11) / 4) +
    /// 1), and 55x55 with padding 2; pooling 3/2 gives 26, then 12, then 5; or 27, 13, 6.
    /// </summary>
    public static TheoryData<string, string, int, long[]> Published =>
        new()
        {
            // 28 -> 24 -> 12; 10 -> 4 (pool 4/2); 4; 4; 4 -> 2: 256 x 2 x 2 = 1024
            {
                "fashion-mnist-compact",
                "1x28x28",
                1024,
                [
                    64 * 25 + 64,
                    256 * 1600 + 256,
                    384 * 2304 + 384,
                    256 * 3456 + 256,
                    256 * 2304 + 256,
                    2000 * 1024 + 2000,
                    1000 * 2000 + 1000,
                    10 * 1000 + 10,
                ]
            },
            // 256 x 5 x 5 = 6400
            {
                "fashion-mnist",
                "1x224x224",
                6400,
                [
                    96 * 121 + 96,
                    256 * 2400 + 256,
                    384 * 2304 + 384,
                    384 * 3456 + 384,
                    256 * 3456 + 256,
                    4096 * 6400 + 4096,
                    4096 * 4096 + 4096,
                    10 * 4096 + 10,
                ]
            },
            // 128 x 6 x 6 = 4608
            {
                "flowers",
                "3x224x224",
                4608,
                [
                    48 * 363 + 48,
                    128 * 1200 + 128,
                    192 * 1152 + 192,
                    192 * 1728 + 192,
                    128 * 1728 + 128,
                    2048 * 4608 + 2048,
                    2048 * 2048 + 2048,
                    5 * 2048 + 5,
                ]
            },
            // the paper's net, whose conv2, conv4 and conv5 see half of the channels, with five classes
            {
                "flowers-two-towers",
                "3x224x224",
                9216,
                [
                    96 * 363 + 96,
                    256 * 1200 + 256,
                    384 * 2304 + 384,
                    384 * 1728 + 384,
                    256 * 1728 + 256,
                    4096 * 9216 + 4096,
                    4096 * 4096 + 4096,
                    5 * 4096 + 5,
                ]
            },
            // 54 -> 26; 22 -> 10; 8; 6; 4: 256 x 4 x 4 = 4096
            {
                "cifar10",
                "3x224x224",
                4096,
                [
                    96 * 363 + 96,
                    256 * 2400 + 256,
                    384 * 2304 + 384,
                    384 * 3456 + 384,
                    256 * 3456 + 256,
                    4096 * 4096 + 4096,
                    4096 * 4096 + 4096,
                    10 * 4096 + 10,
                ]
            },
            {
                "fruits",
                "3x224x224",
                6400,
                [
                    96 * 363 + 96,
                    256 * 2400 + 256,
                    384 * 2304 + 384,
                    384 * 3456 + 384,
                    256 * 3456 + 256,
                    4096 * 6400 + 4096,
                    4096 * 4096 + 4096,
                    10 * 4096 + 10,
                ]
            },
            // configuration D: 224 -> 112 -> 56 -> 28 -> 14 -> 7: 512 x 7 x 7 = 25,088
            {
                "vgg-16",
                "3x224x224",
                25_088,
                [
                    64 * 27 + 64,
                    64 * 576 + 64,
                    128 * 576 + 128,
                    128 * 1152 + 128,
                    256 * 1152 + 256,
                    256 * 2304 + 256,
                    256 * 2304 + 256,
                    512 * 2304 + 512,
                    512 * 4608 + 512,
                    512 * 4608 + 512,
                    512 * 4608 + 512,
                    512 * 4608 + 512,
                    512 * 4608 + 512,
                    4096 * 25_088 + 4096,
                    4096 * 4096 + 4096,
                    1000 * 4096 + 1000,
                ]
            },
            // torchvision's net: 256 x 6 x 6 = 9216
            {
                "alexnet-2014",
                "3x224x224",
                9216,
                [
                    64 * 363 + 64,
                    192 * 1600 + 192,
                    384 * 1728 + 384,
                    256 * 3456 + 256,
                    256 * 2304 + 256,
                    4096 * 9216 + 4096,
                    4096 * 4096 + 4096,
                    1000 * 4096 + 1000,
                ]
            },
            { "imagenet-2012", "3x224x224", 9216, [34_944, 307_456, 885_120, 663_936, 442_624, 37_752_832, 16_781_312, 4_097_000] },
        };

    /// <summary>The same sums, added up by hand.</summary>
    [Theory]
    [InlineData("fashion-mnist-compact", 6_832_722)]
    [InlineData("fashion-mnist", 46_764_746)]
    [InlineData("flowers", 14_591_685)]
    [InlineData("flowers-two-towers", 56_888_709)] // 60,965,224 - 4,097,000 + 20,485
    [InlineData("cifar10", 37_350_794)]
    [InlineData("fruits", 46_787_978)]
    [InlineData("imagenet-2012", 60_965_224)]
    [InlineData("alexnet-2014", 61_100_840)] // torchvision's own sum
    [InlineData("vgg-16", 138_357_544)] // Simonyan and Zisserman 2015, table 2: 138 million
    public void Parameters_InAll_AreThePublishedNets(string name, long parameters) =>
        Assert.Equal(parameters, NetShape.Of(RecipeFiles.Read(name)).Parameters);

    [Theory]
    [MemberData(nameof(Published))]
    public void Shapes_ImageFlattenAndLayers_AreThePublishedNets(string name, string image, int flatten, long[] parameters)
    {
        var net = NetShape.Of(RecipeFiles.Read(name));
        Assert.Equal(image, $"{net.Image}");
        Assert.Equal(flatten, net.Layers.Single(l => l.Name == "fc6").Input.Elements);
        Assert.Equal(parameters, net.Layers.Select(l => l.Parameters));
    }

    [Theory]
    [MemberData(nameof(RecipeReaderTests.Names), MemberType = typeof(RecipeReaderTests))]
    public void Shards_InEveryLayout_HoldEveryOutputOnce(string name)
    {
        var recipe = RecipeFiles.Read(name);
        foreach (int shards in Enumerable.Range(1, recipe.Net.Towers).Where(m => recipe.Net.Towers % m == 0))
        {
            foreach (int replicas in (int[])[1, 2])
            {
                var placed = recipe with
                {
                    Layout = new NetLayoutRecipe { Shards = shards, Replicas = replicas },
                };
                var (net, topology) = (NetShape.Of(Recipe.Reader.Read(RecipeJson.Write(placed), name)), new RunTopology(replicas, shards));
                foreach (var layer in net.Layers)
                {
                    Assert.Equal(
                        Enumerable.Range(0, layer.Output.Channels),
                        Enumerable
                            .Range(0, shards)
                            .Select(s => layer.OutputsOf(topology.TowersOf(s, net.Towers)))
                            .SelectMany(held => Enumerable.Range(held.Start, held.Length))
                    );
                }
            }
        }
    }

    [Theory]
    [InlineData("fashion-mnist")]
    [InlineData("fashion-mnist-compact")]
    [InlineData("flowers-two-towers")]
    [InlineData("cifar10")]
    [InlineData("fruits")]
    [InlineData("imagenet-2012")]
    [InlineData("alexnet-2014")]
    [InlineData("vgg-16")]
    [InlineData("flowers-modern")]
    [InlineData("fruits-modern")]
    [InlineData("fashion-mnist-modern")]
    [InlineData("cifar10-fast")]
    public void Towers_OfNetsThatAreCut_AllowTwoShards(string name) => Assert.Equal(0, RecipeFiles.Read(name).Net.Towers % 2);

    [Theory]
    [MemberData(nameof(RecipeReaderTests.Names), MemberType = typeof(RecipeReaderTests))]
    public void Notes_OfAPublishedTraining_SayWhatWasPublishedAndWhatChosen(string name)
    {
        var recipe = RecipeFiles.Read(name);
        if (recipe.Published is null)
            return; // quickstart, and trainings of our own
        Assert.Contains(recipe.Notes, n => n.StartsWith("Published: ", StringComparison.Ordinal));
        Assert.Contains(recipe.Notes, n => n.StartsWith("Chosen here: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Cifar10_LastLayer_HasThePublishedReluAndCanLeaveItOut()
    {
        Assert.Equal(Activation.Relu, RecipeFiles.Read("cifar10").Net.Layers[^1].Activation);
        var without = Recipe.Reader.Read(
            RecipeFiles.Text("cifar10"),
            "cifar10",
            [RecipeSettings.Parse("net.layers.fc8.activation=none") ?? default]
        );
        Assert.Equal(Activation.None, without.Net.Layers[^1].Activation);
    }
}
