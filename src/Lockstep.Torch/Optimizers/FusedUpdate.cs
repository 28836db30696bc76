using System.Runtime.InteropServices;
using Lockstep.Torch.Calls;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Vectors;
using static TorchSharp.torch;

namespace Lockstep.Torch.Optimizers;

/// <summary>
/// Changes all parameters of a shard in one pass over their memory, on the CPU. Out of libtorch's operations an update takes ten passes,
/// and memory is what it waits for. For bf16 the same pass reads bf16 gradients and writes the rounded weights.
/// </summary>
internal sealed unsafe class FusedUpdate<TRule> : IDisposable
    where TRule : struct, IUpdateRule
{
    private readonly IReadOnlyList<Parameter> _parameters;
    private readonly long[] _elements;
    private readonly UpdateTarget* _targets;

    /// <param name="parameters">On the CPU.</param>
    /// <param name="first">What the optimiser remembers of each.</param>
    /// <param name="second">A second number for each element; null for an optimiser that remembers one.</param>
    public FusedUpdate(IReadOnlyList<Parameter> parameters, IReadOnlyList<Tensor> first, IReadOnlyList<Tensor>? second = null)
    {
        (_parameters, _elements) = (parameters, [.. parameters.Select(p => p.Count)]);
        _targets = (UpdateTarget*)NativeMemory.AllocZeroed((nuint)parameters.Count, (nuint)sizeof(UpdateTarget));
        for (int i = 0; i < parameters.Count; i++)
        {
            _targets[i].Value = (float*)AtenInterface.DataOf(parameters[i].Value);
            _targets[i].First = (float*)AtenInterface.DataOf(first[i]);
            _targets[i].Second = second is null ? null : (float*)AtenInterface.DataOf(second[i]);
            _targets[i].Rounded = parameters[i].IsRounded ? (byte*)AtenInterface.DataOf(parameters[i].Working) : null;
        }
    }

    /// <summary>Whether parameters like these are changed by this class.</summary>
    public static bool Takes(IReadOnlyList<Parameter> parameters) => parameters.All(p => p.Value.device_type == TorchSharp.DeviceType.CPU);

    /// <summary>One update by the parameters' gradients.</summary>
    /// <param name="constants">The constants of each parameter.</param>
    public void Run(Func<Parameter, UpdateConstants> constants)
    {
        using var scope = NewDisposeScope();
        for (int i = 0; i < _parameters.Count; i++)
        {
            var gradient = _parameters[i].Gradient().contiguous(); // kept until the end by the scope
            _targets[i].Constants = constants(_parameters[i]);
            _targets[i].Gradient = (byte*)AtenInterface.DataOf(gradient);
            _targets[i].IsGradientRounded = gradient.dtype == ScalarType.BFloat16;
        }
        Blocks.Run(&Update, _targets, _elements, UpdateTarget.BlockElements, UpdateTarget.BlockElements);
    }

    public void Dispose() => NativeMemory.Free(_targets);

    private static void Update(void* targets, Block block, float* scratch)
    {
        var target = (UpdateTarget*)targets + block.Tensor;
        var (start, count) = (block.Start, block.Count);
        float* gradient = (float*)target->Gradient + start;
        if (target->IsGradientRounded)
            BFloat16Element.Read(target->Gradient + start * BFloat16Element.Bytes, gradient = scratch, count);
        TRule.Apply(
            target->Constants,
            target->Value + start,
            gradient,
            target->First + start,
            target->Second is null ? null : target->Second + start,
            count
        );
        if (target->Rounded is not null)
            BFloat16Element.Write(target->Value + start, target->Rounded + start * BFloat16Element.Bytes, count);
    }
}
