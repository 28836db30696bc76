using Lockstep.Core.Recipes;
using Lockstep.Torch.Calls;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace Lockstep.Torch.Optimizers;

/// <summary>
/// The paper's update of all weights, or of all biases, in one operation: out of single operations a GPU gets five launches for each
/// parameter. libtorch's <c>_fused_sgd_</c> computes V = momentum V + (1 - dampening) (gradient + decay W) and W -= rate V; with a
/// dampening of 1 + our rate and a rate of -1 that is ours, with the rate inside the velocity.
/// </summary>
internal sealed class ForeachSgd(IReadOnlyList<Parameter> parameters, IReadOnlyList<Tensor> velocities)
{
    /// <summary>One of the group, all of which have the same constants.</summary>
    public Parameter First => parameters[0];

    /// <summary>
    /// Whether the operation can make such updates: without momentum it keeps no velocity, and it has one rate for all weights and one
    /// for all biases.
    /// </summary>
    public static bool Takes(SgdRecipe recipe) => recipe is { Lars: null, Groups: null } && recipe.Momentum != 0;

    /// <summary>Weights and biases, which have rates of their own.</summary>
    public static IReadOnlyList<ForeachSgd> Groups(IReadOnlyList<Parameter> parameters, IReadOnlyList<Tensor> velocities) =>
        [
            .. parameters
                .Zip(velocities)
                .GroupBy(pair => pair.First.IsBias)
                .Select(g => new ForeachSgd([.. g.Select(p => p.First)], [.. g.Select(p => p.Second)])),
        ];

    /// <summary>One update by the parameters' gradients; called without autograd, in a scope.</summary>
    public void Step(UpdateConstants constants)
    {
        double decay = -constants.Shrink / constants.Rate;
        new OperatorCall("aten::_fused_sgd_")
            .Add([.. parameters.Select(p => p.Value)])
            .Add([.. parameters.Select(GradientOf)])
            .Add(velocities)
            .Add(double.IsFinite(decay) ? decay : 0) // a rate of 0 changes nothing but the velocity's momentum
            .Add(constants.KeepFirst)
            .Add(-1.0)
            .Add(1.0 + constants.Rate)
            .Add(false) // Nesterov
            .Add(false) // maximise
            .Add(false) // the first step: the velocity begins as zeros
            .AddNone()
            .AddNone()
            .Run();
        if (First.IsRounded)
        {
            new OperatorCall("aten::_foreach_copy_")
                .Add([.. parameters.Select(p => p.Working)])
                .Add([.. parameters.Select(p => p.Value)])
                .Add(false)
                .Run();
        }
    }

    /// <summary>fp32, and lying as the values do, which the operation wants.</summary>
    private static Tensor GradientOf(Parameter parameter)
    {
        var gradient = parameter.Gradient();
        return gradient.dtype == ScalarType.Float32 && gradient.stride().SequenceEqual(parameter.Value.stride())
            ? gradient
            : empty_like(parameter.Value).copy_(gradient);
    }
}
