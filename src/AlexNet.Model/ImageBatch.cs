using AlexNet.Core.Augmentation;
using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using static TorchSharp.torch;

namespace AlexNet.Model;

/// <summary>Turns decoded bytes into what the net sees. Where the recipe names a mean image, its file is read when this is made.</summary>
public sealed class ImageBatch
{
    private readonly Tensor _scale, _offset; // 1 x channels x 1 x 1; the offset 1 x channels x height x width with a mean image
    private readonly DeviceStaging _staging = new();
    private readonly Device _device;

    public ImageBatch(DataRecipe data, Device device)
    {
        _device = device;
        double[] std = [.. PerChannel(data.Std, data.Channels)];
        var shape = data.MeanImage is null ? new MapShape(data.Channels, 1, 1) : new MapShape(data.Channels, data.Height, data.Width);
        var mean = data.MeanImage is { } file ? MeanImage.Read(file, shape).Select(m => (double)m) : PerChannel(data.Mean, data.Channels);
        _scale = Constant(std.Select(s => 1 / (255 * s)), new(data.Channels, 1, 1), device);
        _offset = Constant(mean.Select((m, i) => -m / std[i / (shape.Height * shape.Width)]), shape, device);
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

    /// <summary>The same with an offset for each sample and channel, which is added before mean and std are applied.</summary>
    /// <param name="bytes">samples x channels x height x width.</param>
    /// <param name="colours">samples x channels, in 0..255 units; null for none.</param>
    public Tensor Normalise(Tensor bytes, float[]? colours)
    {
        var images = Normalise(bytes);
        return colours is null ? images : images.add_(tensor(colours).reshape(bytes.shape[0], bytes.shape[1], 1, 1).to(_device).mul_(_scale));
    }

    private static IEnumerable<double> PerChannel(IReadOnlyList<double> values, int channels) =>
        values.Count == 1 ? Enumerable.Repeat(values[0], channels) : values;

    private static Tensor Constant(IEnumerable<double> values, MapShape shape, Device device) =>
        tensor(values.Select(v => (float)v).ToArray()).reshape(1, shape.Channels, shape.Height, shape.Width).to(device).DetachFromDisposeScope();
}
