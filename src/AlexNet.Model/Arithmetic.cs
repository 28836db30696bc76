using AlexNet.Core.Recipes;
using static TorchSharp.torch;

namespace AlexNet.Model;

/// <summary>Where a shard computes, and in what numbers.</summary>
/// <param name="Device">CPU or GPU.</param>
/// <param name="Type">Of activations and of the weights that layers work with.</param>
public sealed record Arithmetic(Device Device, ScalarType Type)
{
    /// <summary>What a recipe asks for on a device; sets libtorch's switch for tf32, which is the whole process's.</summary>
    public static Arithmetic Of(Precision precision, Device device)
    {
        bool tf32 = precision == Precision.Tf32 && device.type == TorchSharp.DeviceType.CUDA;
        if (device.type == TorchSharp.DeviceType.CUDA)
            (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (tf32, tf32);
        return new(device, precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32);
    }
}
