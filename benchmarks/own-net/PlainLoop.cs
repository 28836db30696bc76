using Examples;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Torch.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace OwnNetBenchmark;

/// <summary>A net of the examples, trained without the library.</summary>
internal sealed class PlainLoop : IDisposable
{
    private readonly Module<Tensor, Tensor> _net;
    private readonly Func<Tensor, Tensor, Tensor> _loss;
    private readonly optim.Optimizer _optimizer;
    private readonly double? _clip;
    private readonly IReadOnlyList<Tensor> _fields;
    private Tensor _order;
    private long _next;

    private PlainLoop(
        Module<Tensor, Tensor> net,
        Func<Tensor, Tensor, Tensor> loss,
        optim.Optimizer optimizer,
        ModuleSamples samples,
        double? clip = null
    )
    {
        (_net, _loss, _optimizer, _clip) = (net, loss, optimizer, clip);
        ConvolutionCure.Apply(net);
        int[] all = [.. Enumerable.Range(0, samples.Count)];
        _fields = samples.Read(new BatchPlan(0, 1, all.Length, all, new Extent(0, all.Length)));
        _order = randperm(samples.Count);
    }

    /// <summary>The loss of the last step.</summary>
    public float Loss { get; private set; }

    public static PlainLoop Of(string net, string data)
    {
        switch (net)
        {
            case "mlp":
                var mlp = Sequential(Flatten(), Linear(784, 256), ReLU(), Linear(256, 10));
                return new(mlp, Entropy, optim.SGD(mlp.parameters(), 0.1, momentum: 0.9), Pictures.Mnist(data).Train);
            case "lenet":
                var lenet = Sequential(
                    Sequential(Conv2d(1, 6, 5, padding: 2), ReLU(), MaxPool2d(2), Conv2d(6, 16, 5), ReLU(), MaxPool2d(2)),
                    Sequential(Flatten(), Linear(400, 120), ReLU(), Linear(120, 84), ReLU(), Linear(84, 10))
                );
                return new(lenet, Entropy, optim.Adam(lenet.parameters(), 0.001), Pictures.Mnist(data).Train);
            case "resnet18":
                var resnet = new ResNet(64);
                var sgd = optim.SGD(resnet.parameters(), 0.1, momentum: 0.9, weight_decay: 5e-4, nesterov: true);
                return new(resnet, Entropy, sgd, Pictures.Cifar(data).Train);
            case "transformer":
                var decoder = new Decoder(256, 4, heads: 4, Letters.Window);
                return new(decoder, Weighed, optim.AdamW(decoder.parameters(), 0.003), Letters.Read(data).Train, clip: 1);
            default:
                throw new ArgumentException($"'{net}' is none of mlp, lenet, resnet18, transformer.", nameof(net));
        }
    }

    public void Step(int batch)
    {
        using var scope = NewDisposeScope();
        if (_next + batch > _order.shape[0])
        {
            _order = randperm(_order.shape[0]).DetachFromDisposeScope();
            _next = 0;
        }

        var samples = _order.narrow(0, _next, batch);
        _next += batch;
        _optimizer.zero_grad();
        var loss = _loss(_net.call(_fields[0].index_select(0, samples)), _fields[1].index_select(0, samples));
        loss.backward();
        if (_clip is { } norm)
            nn.utils.clip_grad_norm_(_net.parameters(), norm);
        _optimizer.step();
        Loss = loss.item<float>();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _net.Dispose();
        _order.Dispose();
    }

    private static Tensor Entropy(Tensor logits, Tensor targets) => functional.cross_entropy(logits, targets);

    private static Tensor Weighed(Tensor logits, Tensor targets)
    {
        var (sum, weight) = Letters.Loss(logits, targets);
        return sum / weight;
    }
}
