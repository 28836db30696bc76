using AlexNet.Net.Images;
using AlexNet.Recipes.Pictures;
using TorchSharp;
using static TorchSharp.torch;

namespace AlexNet.Net.Tests.Images;

/// <summary>
/// The pass from bytes to numbers gives the bits of libtorch's operations, whatever remains beyond whole vectors and blocks.
/// </summary>
public sealed class PlaneScalingTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 9)]
    [InlineData(64, 64)]
    [InlineData(67, 131)]
    public void Normalise_AnySize_GivesTheBitsOfTheOperations(int height, int width)
    {
        double[] mean = [0.485, 0.456, 0.406],
            std = [0.229, 0.224, 0.225];
        var data = new DataRecipe
        {
            Kind = DataKind.Generated,
            Classes = 2,
            Channels = 3,
            Height = height,
            Width = width,
            Mean = mean,
            Std = std,
        };
        var bytes = randint(0, 256, [5, 3, height, width], dtype: ScalarType.Byte);
        var scale = tensor(std.Select(s => (float)(1 / (255 * s))).ToArray()).reshape(1, 3, 1, 1);
        var offset = tensor(mean.Zip(std, (m, s) => (float)(-m / s)).ToArray()).reshape(1, 3, 1, 1);
        var expected = bytes.to(ScalarType.Float32).mul_(scale).add_(offset);

        Assert.True(expected.eq(new ImageBatch(data, CPU).Normalise(bytes)).all().item<bool>());
        Assert.True(
            expected.to(ScalarType.BFloat16).eq(new ImageBatch(data, CPU, ScalarType.BFloat16).Normalise(bytes)).all().item<bool>()
        );
    }

    public void Dispose() => _scope.Dispose();
}
