using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Lockstep.Torch.Normalization;

/// <summary>
/// A batch normalisation whose hooks have it normalise with the samples of all replicas while it trains. The module itself computes an
/// empty batch, and what it returns is replaced.
/// </summary>
internal sealed class SyncBatchNorm
{
    private readonly BatchNorm _module;
    private readonly ReplicaSums _replicas;
    private Tensor? _input;
    private bool _hasRun;

    public SyncBatchNorm(string name, BatchNorm module, ReplicaSums replicas)
    {
        (Name, _module, _replicas) = (name, module, replicas);
        module.register_forward_pre_hook((_, x) => Before(x));
        module.register_forward_hook((_, _, output) => After(output));
    }

    public string Name { get; }

    /// <summary>It has a gradient although its hooks never ran: the net called <c>forward(x)</c> of it.</summary>
    public bool IsBypassed
    {
        get
        {
            using var gradient = _module.weight?.grad;
            return !_hasRun && gradient is not null;
        }
    }

    private Tensor Before(Tensor x)
    {
        _hasRun = true;
        if (!_module.training || !_replicas.IsShared)
            return x;
        _input = x;
        _module.eval(); // an empty batch has no statistics
        return x.narrow(0, 0, 0);
    }

    private Tensor After(Tensor output)
    {
        if (_input is not { } x)
            return output;
        _input = null;
        _module.train();
        output.Dispose();
        int channels = (int)x.shape[1];
        var own = _replicas.Counts ? ChannelValues.MomentsOf(x) : ChannelMoments.None(channels);
        var all = ChannelMoments.Combine(_replicas.Gather(own.Packed), channels);
        using var scope = NewDisposeScope();
        Remember(all);
        return SyncNormFunction
            .apply(
                x,
                _module.weight ?? ones(channels, device: x.device),
                _module.bias ?? zeros(channels, device: x.device),
                new SyncNormFunction.Statistics(all, _module.eps, _replicas)
            )
            .MoveToOuterDisposeScope();
    }

    /// <summary>The running statistics, as the module itself would keep them.</summary>
    private void Remember(ChannelMoments all)
    {
        if (_module is not { running_mean: { } mean, running_var: { } variance, num_batches_tracked: { } batches } || all.Count == 0)
            return;
        using var guard = no_grad();
        batches.add_(1);
        double share = _module.momentum ?? 1.0 / batches.item<long>();
        Approach(mean, all.Means, share);
        Approach(variance, all.UnbiasedVariances, share);
    }

    private static void Approach(Tensor remembered, double[] values, double share) =>
        remembered.copy_(remembered.to(ScalarType.Float32) * (1 - share) + tensor(values, ScalarType.Float32, remembered.device) * share);
}
