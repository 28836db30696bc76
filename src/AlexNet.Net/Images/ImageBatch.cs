using AlexNet.Net.Shards;
using AlexNet.Recipes;
using AlexNet.Recipes.Augmentation;
using AlexNet.Recipes.Pictures;
using Lockstep.Torch.Memory;
using Lockstep.Torch.Vectors;
using static TorchSharp.torch;

namespace AlexNet.Net.Images;

/// <summary>Turns decoded bytes into what the net sees. Where the recipe names a mean image, its file is read when this is made.</summary>
public sealed class ImageBatch
{
    private readonly float[] _scales,
        _offsets; // of each channel; the offsets are 0 with a mean image
    private readonly Tensor _scale,
        _offset; // the same for a device, 1 x channels x 1 x 1
    private readonly Tensor? _mean; // the mean image divided by std, 1 x channels x height x width
    private readonly DeviceStaging _staging = new();
    private readonly Device _device;
    private readonly ScalarType _type;

    /// <param name="data">Channels, mean or mean image, and standard deviation.</param>
    /// <param name="device">Where the net is.</param>
    /// <param name="type">What it takes; see <see cref="Shard.ImageType"/>.</param>
    public ImageBatch(DataRecipe data, Device device, ScalarType type = ScalarType.Float32)
    {
        (_device, _type) = (device, type);
        double[] std = [.. PerChannel(data.Std, data.Channels)];
        _scales = [.. std.Select(s => (float)(1 / (255 * s)))];
        _offsets = [.. PerChannel(data.MeanImage is null ? data.Mean : [0], data.Channels).Zip(std, (m, s) => (float)(-m / s))];
        (_scale, _offset) = (Constant(_scales), Constant(_offsets));
        if (data.MeanImage is { } file)
            _mean = MeanOf(file, new(data.Channels, data.Height, data.Width), std);
    }

    /// <summary>A fresh byte tensor for so many samples: samples x channels x height x width, on the CPU.</summary>
    public static Tensor Bytes(int samples, MapShape shape) =>
        empty([samples, shape.Channels, shape.Height, shape.Width], dtype: ScalarType.Byte);

    /// <summary>
    /// Room for the bytes of so many samples, from where the device takes them fastest. For a GPU it is the same memory each time: the one
    /// before must have been computed with, to a result that was read.
    /// </summary>
    /// <returns>samples x channels x height x width, on the host; anything may be in it.</returns>
    public Tensor Room(int samples, MapShape shape) =>
        _staging.Room(0, [samples, shape.Channels, shape.Height, shape.Width], ScalarType.Byte, _device);

    /// <summary>
    /// ((byte + colour) / 255 - mean) / std, on the device; of the same shape. Bytes travel to a GPU, a fourth of what the numbers would
    /// be.
    /// </summary>
    /// <param name="bytes">samples x channels x height x width.</param>
    /// <param name="colours">What is added to each channel of each sample, in 0..255 units: samples x channels; null for nothing.</param>
    public Tensor Normalise(Tensor bytes, float[]? colours = null)
    {
        float[] offsets = colours is null ? _offsets : Shifted(colours);
        var type = _mean is null ? _type : ScalarType.Float32;
        var numbers =
            _device.type == TorchSharp.DeviceType.CPU
                ? PlaneScaling.Run(bytes, _scales, offsets, type)
                : DeviceStaging
                    .Send(bytes, _device)
                    .to(ScalarType.Float32)
                    .mul_(_scale)
                    .add_(colours is null ? _offset : tensor(offsets).reshape(bytes.shape[0], _scales.Length, 1, 1).to(_device))
                    .to(type);
        return _mean is null ? numbers : numbers.sub_(_mean).to(_type);
    }

    private static IEnumerable<double> PerChannel(IReadOnlyList<double> values, int channels) =>
        values.Count == 1 ? Enumerable.Repeat(values[0], channels) : values;

    /// <summary>The offsets of each channel of each sample.</summary>
    private float[] Shifted(float[] colours)
    {
        float[] offsets = new float[colours.Length];
        for (int i = 0; i < offsets.Length; i++)
            offsets[i] = _offsets[i % _offsets.Length] + colours[i] * _scales[i % _scales.Length];
        return offsets;
    }

    private Tensor MeanOf(string file, MapShape shape, double[] std)
    {
        int plane = shape.Height * shape.Width;
        float[] values = [.. MeanImage.Read(file, shape).Select((m, i) => (float)(m / std[i / plane]))];
        return tensor(values).reshape(1, shape.Channels, shape.Height, shape.Width).to(_device).DetachFromDisposeScope();
    }

    private Tensor Constant(float[] values) => tensor(values).reshape(1, values.Length, 1, 1).to(_device).DetachFromDisposeScope();
}
