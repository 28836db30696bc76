using System.Text.Json.Nodes;
using AlexNet.Interchange.Torchvision;
using Lockstep.Core.Errors;

namespace AlexNet.Interchange.Tests.Torchvision;

/// <summary>Which nets are torchvision's AlexNet, and what is said of others.</summary>
public sealed class TorchvisionNamesTests
{
    [Fact]
    public void Of_AlexNet2014_NamesEveryTensor()
    {
        var names = TorchvisionNames.Of(Recipes.Of("alexnet-2014"));
        Assert.Equal(16, names.Count);
        Assert.Equal(("features.0.weight", "features.10.bias"), (names["conv1.weight"], names["conv5.bias"]));
        Assert.Equal(("classifier.1.weight", "classifier.6.bias"), (names["fc6.weight"], names["fc8.bias"]));
    }

    [Fact]
    public void Of_OtherClasses_IsTheSameNet() =>
        Assert.Equal(16, TorchvisionNames.Of(Recipes.Of("alexnet-2014", ("data.classes", 5), ("net.layers.fc8.outputs", 5))).Count);

    [Theory]
    [InlineData("quickstart", "its layer 'features.0' has 64 filters of 11x11, stride 4 and padding 2, and 'conv1' has 32 filters of 5x5")]
    [InlineData("imagenet-2012", "it has no normalisation, and 'conv1' has one; ")]
    [InlineData("imagenet-2012", "its convolutions see all channels, and 'conv2' sees its own tower")]
    [InlineData("imagenet-2012", "its dropout scales in training, and 'net.dropoutScaling' is at-test")]
    [InlineData("cifar10", "no ReLU follows its last layer, and one follows 'fc8'")]
    [InlineData("vgg-16", "it has five convolutions and three fully connected layers")]
    public void Of_OtherNets_AreRefusedWithTheDifference(string recipe, string difference)
    {
        var error = Assert.Throws<BadInputException>(() => TorchvisionNames.Of(Recipes.Of(recipe)));
        Assert.StartsWith($"the net of recipe '{recipe}' is not torchvision's AlexNet", error.Message, StringComparison.Ordinal);
        Assert.Contains(difference, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AnotherPictureSize_IsRefused()
    {
        var larger = Recipes.Of("alexnet-2014", ("data.height", 256), ("data.width", 256));
        var error = Assert.Throws<BadInputException>(() => TorchvisionNames.Of(larger));
        Assert.Contains("are averaged to 6x6", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_AnotherPictureSize_WithTorchvisionsAverage_IsItsNet()
    {
        (string, JsonNode?)[] larger = [("data.height", 256), ("data.width", 256), ("data.resize.size", 292)];
        var average = new JsonObject { ["height"] = 6, ["width"] = 6 };
        Assert.Equal(16, TorchvisionNames.Of(Recipes.Of("alexnet-2014", [.. larger, ("net.layers.conv5.adaptivePool", average)])).Count);

        var early = Recipes.Of("alexnet-2014", ("net.layers.conv2.adaptivePool", new JsonObject { ["height"] = 13, ["width"] = 13 }));
        var error = Assert.Throws<BadInputException>(() => TorchvisionNames.Of(early));
        Assert.Contains("and 'conv2' has one", error.Message, StringComparison.Ordinal);
    }
}
