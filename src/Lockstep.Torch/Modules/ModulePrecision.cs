using Lockstep.Core.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>Puts a module into the numbers that it computes in.</summary>
internal static class ModulePrecision
{
    /// <summary>fp32 as it is; bf16 for parameters and buffers.</summary>
    /// <exception cref="ArgumentException">It has parameters of another type.</exception>
    public static nn.Module Apply(nn.Module module, Precision precision)
    {
        foreach (var (name, parameter) in module.named_parameters().Where(p => p.parameter.dtype != ScalarType.Float32))
        {
            throw new ArgumentException(
                $"parameter '{name}' is of type {parameter.dtype}; a net is made in fp32, and 'training.precision' says in what "
                    + "it computes."
            );
        }

        return precision == Precision.Bf16 ? module.to(ScalarType.BFloat16) : module;
    }
}
