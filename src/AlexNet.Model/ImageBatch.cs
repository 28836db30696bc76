using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using static TorchSharp.torch;

namespace AlexNet.Model;

/// <summary>Turns decoded bytes into what the net sees.</summary>
public sealed class ImageBatch
{
    private readonly Tensor _scale, _offset; // 1 x channels x 1 x 1
    private readonly Device _device;

    public ImageBatch(DataRecipe data, Device device)
    {
        _device = device;
        var std = PerChannel(data.Std, data.Channels);
        var mean = PerChannel(data.Mean, data.Channels);
        _scale = Constant(std.Select(s => 1 / (255 * s)), data.Channels, device);
        _offset = Constant(mean.Zip(std, (m, s) => -m / s), data.Channels, device);
    }

    /// <summary>A fresh byte tensor for so many samples: samples x channels x height x width, on the CPU.</summary>
    public static Tensor Bytes(int samples, MapShape shape) =>
        empty([samples, shape.Channels, shape.Height, shape.Width], dtype: ScalarType.Byte);

    /// <summary>(byte / 255 - mean) / std, fp32, on the device; of the same shape.</summary>
    public Tensor Normalise(Tensor bytes) => bytes.to(_device).to(ScalarType.Float32).mul_(_scale).add_(_offset);

    private static IEnumerable<double> PerChannel(IReadOnlyList<double> values, int channels) =>
        values.Count == 1 ? Enumerable.Repeat(values[0], channels) : values;

    private static Tensor Constant(IEnumerable<double> values, int channels, Device device) =>
        tensor(values.Select(v => (float)v).ToArray()).reshape(1, channels, 1, 1).to(device).DetachFromDisposeScope();
}
