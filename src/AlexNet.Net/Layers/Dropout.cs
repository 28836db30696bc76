using System.Runtime.InteropServices;
using AlexNet.Recipes;
using Lockstep.Core.Randomness;
using Lockstep.Core.Topology;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace AlexNet.Net.Layers;

/// <summary>
/// Dropout whose mask is keyed by (seed, layer, step, sample, element of the whole layer), so that every layout drops the same
/// outputs (law 1).
/// </summary>
internal sealed class Dropout(LayerShape layer, Extent outputs, DropoutScaling scaling, long seed)
{
    private readonly RandomStream _random = new(seed, $"dropout/{layer.Name}");
    private readonly uint _threshold = (uint)(layer.Recipe.Dropout * uint.MaxValue);
    private readonly float _kept = scaling == DropoutScaling.InTraining ? (float)(1 / (1 - layer.Recipe.Dropout)) : 1;
    private readonly double _atTest = scaling == DropoutScaling.AtTest ? 1 - layer.Recipe.Dropout : 1;
    private DeviceBits? _bits;

    /// <summary>samples x outputs held here [x height x width] -> the same shape.</summary>
    public Tensor Apply(Tensor output, PassContext context)
    {
        if (!context.Training)
            return _atTest < 1 ? output * _atTest : output;
        if (output.device_type != TorchSharp.DeviceType.CPU)
            return output * DeviceMask(output, context);
        var mask = empty(output.shape, dtype: ScalarType.Float32);
        Fill(MemoryMarshal.Cast<byte, float>(mask.bytes), MapSize(output), context);
        return output * mask.to(output.dtype);
    }

    /// <summary>The mask for an output, made where it is; the same numbers as on the CPU.</summary>
    internal Tensor DeviceMask(Tensor output, PassContext context)
    {
        _bits ??= new DeviceBits(_random);
        int map = MapSize(output);
        using var scope = NewDisposeScope();
        var bits = _bits.Of(context.Step, context.Samples.Span, (long)outputs.Start * map, outputs.Length * map, output.device);
        return bits.ge((long)_threshold).to(output.dtype).mul_(_kept).reshape(output.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Elements of a map; progressive resizing changes them.</summary>
    private static int MapSize(Tensor output) => (int)output.shape.Skip(2).Aggregate(1L, (size, side) => size * side);

    private void Fill(Span<float> mask, int mapSize, PassContext context)
    {
        int perSample = outputs.Length * mapSize;
        Span<uint> bits = new uint[perSample];
        var samples = context.Samples.Span;
        for (int s = 0; s < samples.Length; s++)
        {
            _random.At(context.Step, samples[s]).FillBits(bits, (long)outputs.Start * mapSize);
            var row = mask.Slice(s * perSample, perSample);
            for (int i = 0; i < row.Length; i++)
                row[i] = bits[i] >= _threshold ? _kept : 0;
        }
    }
}
