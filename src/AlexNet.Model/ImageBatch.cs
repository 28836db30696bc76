using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Model.Vectors;
using static TorchSharp.torch;

namespace AlexNet.Model;

/// <summary>Turns decoded bytes into what the net sees.</summary>
public sealed class ImageBatch
{
    private readonly float[] _scales, _offsets; // of each channel
    private readonly Tensor _scale, _offset; // the same for a device, 1 x channels x 1 x 1
    private readonly DeviceStaging _staging = new();
    private readonly Device _device;
    private readonly ScalarType _type;

    /// <param name="data">Channels, mean and standard deviation.</param>
    /// <param name="device">Where the net is.</param>
    /// <param name="type">What it takes; see <see cref="Shard.ImageType"/>.</param>
    public ImageBatch(DataRecipe data, Device device, ScalarType type = ScalarType.Float32)
    {
        (_device, _type) = (device, type);
        double[] std = [.. PerChannel(data.Std, data.Channels)];
        _scales = [.. std.Select(s => (float)(1 / (255 * s)))];
        _offsets = [.. PerChannel(data.Mean, data.Channels).Zip(std, (m, s) => (float)(-m / s))];
        (_scale, _offset) = (Constant(_scales), Constant(_offsets));
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

    /// <summary>(byte / 255 - mean) / std, on the device; of the same shape. Bytes travel to a GPU, a fourth of what the numbers would be.</summary>
    public Tensor Normalise(Tensor bytes) => _device.type == TorchSharp.DeviceType.CPU
        ? PlaneScaling.Run(bytes, _scales, _offsets, _type)
        : DeviceStaging.Send(bytes, _device).to(ScalarType.Float32).mul_(_scale).add_(_offset).to(_type);

    private static IEnumerable<double> PerChannel(IReadOnlyList<double> values, int channels) =>
        values.Count == 1 ? Enumerable.Repeat(values[0], channels) : values;

    private Tensor Constant(float[] values) => tensor(values).reshape(1, values.Length, 1, 1).to(_device).DetachFromDisposeScope();
}
