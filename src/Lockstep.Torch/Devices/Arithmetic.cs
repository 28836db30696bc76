using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Torch.Calls;
using static TorchSharp.torch;

namespace Lockstep.Torch.Devices;

/// <summary>Where a shard computes, and in what numbers.</summary>
/// <param name="Device">CPU or GPU.</param>
/// <param name="Type">The type of activations and of the weights that layers work with.</param>
/// <param name="UsesPixels">Convolutions' weights lie pixel after pixel, and so do the activations that cuDNN makes with them.</param>
public sealed record Arithmetic(Device Device, ScalarType Type, bool UsesPixels = false)
{
    /// <summary>
    /// What layers multiply and add in: <see cref="Type"/>, or fp32 where this processor has no vectors for bf16 and oneDNN's product of
    /// bf16 would be fifty times slower. Either way factors are bf16, sums are fp32, and their results are rounded to bf16.
    /// </summary>
    public ScalarType ProductType { get; } =
        Type == ScalarType.BFloat16 && Device.type == TorchSharp.DeviceType.CPU && !InstructionSet.ComputesBf16 ? ScalarType.Float32 : Type;

    /// <summary>What a recipe asks for on a device; sets libtorch's switches for a GPU, which are the whole process's.</summary>
    public static Arithmetic SetForProcess(Precision precision, Device device, GpuOptions gpu)
    {
        var type = precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        if (device.type != TorchSharp.DeviceType.CUDA)
            return new(device, type);
        bool tf32 = precision == Precision.Tf32;
        (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = (tf32, tf32);
        CudaSwitches.Set(gpu.Deterministic);
        return new(device, type, gpu.UsesPixels(precision));
    }
}
