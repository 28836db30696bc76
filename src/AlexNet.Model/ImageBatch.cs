using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using static TorchSharp.torch;

namespace AlexNet.Model;

/// <summary>Turns decoded bytes into what the net sees.</summary>
public sealed class ImageBatch
{
    private readonly Tensor _scale, _offset; // 1 x channels x 1 x 1
    private readonly DeviceStaging _staging = new();
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

    /// <summary>
    /// Room for the bytes of so many samples, from where the device takes them fastest. For a GPU it is the same memory each time: the one before must
    /// have been computed with, to a result that was read.
    /// </summary>
    /// <returns>samples x channels x height x width, on the host; anything may be in it.</returns>
    public Tensor Room(int samples, MapShape shape) => _staging.Room(0, [samples, shape.Channels, shape.Height, shape.Width], ScalarType.Byte, _device);

    /// <summary>(byte / 255 - mean) / std, fp32, on the device; of the same shape. Bytes travel to a GPU, a fourth of what the numbers would be.</summary>
    public Tensor Normalise(Tensor bytes) => DeviceStaging.Send(bytes, _device).to(ScalarType.Float32).mul_(_scale).add_(_offset);

    private static IEnumerable<double> PerChannel(IReadOnlyList<double> values, int channels) =>
        values.Count == 1 ? Enumerable.Repeat(values[0], channels) : values;

    private static Tensor Constant(IEnumerable<double> values, int channels, Device device) =>
        tensor(values.Select(v => (float)v).ToArray()).reshape(1, channels, 1, 1).to(device).DetachFromDisposeScope();
}
