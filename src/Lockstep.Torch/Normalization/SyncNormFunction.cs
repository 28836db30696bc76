using static TorchSharp.torch;

namespace Lockstep.Torch.Normalization;

/// <summary>
/// Normalises channels by the mean and the variance of all replicas' samples. Backward, an input gets what it owes to both: with g for the
/// gradient of the output, x for the distance from the mean and n for the values of a channel, its gradient is
/// weight / deviation x (g - sum(g) / n - x sum(g x) / (n variance)), with sums over all replicas. Source: Ioffe and Szegedy 2015,
/// section 3. It cannot be differentiated twice.
/// </summary>
internal sealed class SyncNormFunction : autograd.SingleTensorFunction<SyncNormFunction>
{
    private const string Given = "given";

    public override string Name => nameof(SyncNormFunction);

    /// <param name="ctx">Keeps what backward needs.</param>
    /// <param name="vars">samples x channels x ...; the weight and the bias of each channel; a <see cref="Statistics"/>.</param>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (input, weight, bias, given) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Statistics)vars[3]);
        var moments = given.All;
        var centered = input.to(ScalarType.Float32) - Along(tensor(moments.Means), input);
        var inverse = tensor(Array.ConvertAll(moments.Variances, v => 1 / Math.Sqrt(v + given.Epsilon)), ScalarType.Float32, input.device);
        ctx.save_for_backward([centered, inverse, weight]);
        ctx.save_data(Given, given);
        var scale = weight.to(ScalarType.Float32) * inverse;
        return (centered * Along(scale, input)).add_(Along(bias, input)).to(input.dtype);
    }

    public override List<Tensor?> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope(); // a GPU's backward runs on a thread that has none
        var saved = ctx.get_saved_variables();
        var (centered, inverse, weight) = (saved[0], saved[1], saved[2]);
        var given = (Statistics)ctx.get_data(Given);
        var gradient = grad_output.to(ScalarType.Float32);
        long[] others = ChannelValues.Others(gradient);
        Tensor sum = gradient.sum(others),
            product = (gradient * centered).sum(others);
        double[] own = given.Replicas.Counts ? [.. ChannelValues.Of(sum), .. ChannelValues.Of(product)] : new double[2 * sum.numel()];
        double[] all = given.Replicas.SumInBackward(own);
        // an input's part in the mean of its channel, and in the variance
        int channels = (int)sum.numel();
        double count = Math.Max(given.All.Count, 1);
        var shared = tensor(all[..channels]) / count;
        var scaled = tensor(all[channels..]).to(inverse.device) * inverse.to(ScalarType.Float64).square() / count;
        var scale = weight.to(ScalarType.Float32) * inverse;
        var input = (gradient - Along(shared, gradient)).sub_(centered * Along(scaled, gradient)).mul_(Along(scale, gradient));
        Tensor[] gradients = [input.to(grad_output.dtype), (product * inverse).to(weight.dtype), sum.to(weight.dtype)];
        return [.. gradients.Select(g => g.MoveToOuterDisposeScope()), null];
    }

    /// <summary>A number for each channel, in fp32 where <paramref name="values"/> are, to be used with them.</summary>
    private static Tensor Along(Tensor channels, Tensor values) =>
        channels.to(ScalarType.Float32).to(values.device).view([1, -1, .. Enumerable.Repeat(1L, (int)values.dim() - 2)]);

    /// <summary>What the values are normalised by.</summary>
    /// <param name="All">The moments of all replicas' samples.</param>
    /// <param name="Epsilon">Is added to the variance.</param>
    /// <param name="Replicas">Where the replicas meet again in the backward pass.</param>
    internal sealed record Statistics(ChannelMoments All, double Epsilon, ReplicaSums Replicas);
}
