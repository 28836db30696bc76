using static TorchSharp.torch;

namespace Lockstep.Torch.Normalization;

/// <summary>Between tensors of samples x channels x ... and numbers for each channel.</summary>
internal static class ChannelValues
{
    /// <summary>All dimensions but that of the channels.</summary>
    public static long[] Others(Tensor values) => [0, .. Enumerable.Range(2, (int)values.dim() - 2).Select(d => (long)d)];

    /// <summary>[channels] as numbers.</summary>
    public static double[] Of(Tensor channels) => channels.to(ScalarType.Float64).cpu().data<double>().ToArray();

    /// <summary>The moments of values that are on this worker.</summary>
    public static ChannelMoments MomentsOf(Tensor values)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var exact = values.detach().to(ScalarType.Float32);
        long[] others = Others(exact);
        var means = exact.mean(others, keepdim: true);
        var deviations = (exact - means).square().sum(others);
        return new ChannelMoments(exact.numel() / exact.shape[1], Of(means.flatten()), Of(deviations));
    }
}
