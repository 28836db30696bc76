using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>
/// Leaves its input as it is. In the backward pass it runs when everything that came after it in the forward pass has been
/// differentiated: autograd takes the operations that are ready in the reverse order of their making.
/// </summary>
internal sealed class BorderFunction : autograd.SingleTensorFunction<BorderFunction>
{
    private const string Reached = "reached";

    public override string Name => nameof(BorderFunction);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_data(Reached, vars[1]);
        return ((Tensor)vars[0]).alias();
    }

    public override List<Tensor?> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ((Action)ctx.get_data(Reached))();
        return [grad_output, null];
    }
}
