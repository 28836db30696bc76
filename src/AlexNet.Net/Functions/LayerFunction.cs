using static TorchSharp.torch;

namespace AlexNet.Net.Functions;

/// <summary>
/// An operation of our own in autograd, which makes a gradient for the first of its arguments; that is the first tensor it saves in
/// forward.
/// What backward takes and makes is disposed when the pass has ended: on the CPU by the caller's scope, on a GPU by
/// <see cref="BackwardPass"/>.
/// </summary>
/// <typeparam name="T">Itself.</typeparam>
/// <param name="arguments">How many forward takes.</param>
internal abstract class LayerFunction<T>(int arguments) : autograd.SingleTensorFunction<T>
    where T : LayerFunction<T>, new()
{
    private const string Returned = "returned";

    public sealed override string Name => typeof(T).Name;

    public sealed override List<Tensor?> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var gradient = Gradient(ctx, saved, grad_output);
        List<Tensor?> gradients = [gradient, .. new Tensor?[arguments - 1]];
        ctx.save_data(Returned, gradients); // libtorch copies it only after this method has returned
        if (grad_output.device_type != TorchSharp.DeviceType.CPU)
        {
            foreach (var tensor in (Tensor[])[.. saved, grad_output, gradient])
                BackwardPass.Keep(tensor);
        }

        return gradients;
    }

    /// <summary>The gradient of the first argument.</summary>
    /// <param name="context">Holds what forward has saved beside tensors.</param>
    /// <param name="saved">The tensors that forward has saved.</param>
    /// <param name="gradient">The gradient of the output.</param>
    protected abstract Tensor InputGradient(autograd.AutogradContext context, IReadOnlyList<Tensor> saved, Tensor gradient);

    // Want of memory is what can fail here.
    private Tensor Gradient(autograd.AutogradContext context, List<Tensor> saved, Tensor gradient)
    {
        try
        {
            return InputGradient(context, saved, gradient);
        }
        catch (Exception e)
        {
            BackwardPass.Fail(e);
            return saved[0]; // of the right shape; nobody uses it
        }
    }
}
