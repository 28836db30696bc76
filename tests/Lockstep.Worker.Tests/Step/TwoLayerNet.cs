using System.Runtime.InteropServices;
using Lockstep.Core.Metrics;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Parameters;
using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Worker.Tests.Step;

/// <summary>A net of the tests' own, held whole by each replica: three numbers made of a sample's index -> 4 -> 1, squared error.</summary>
/// <param name="firstOver">Over whom the gradients of the first layer are summed.</param>
/// <param name="isInfected">Whether the first layer's gradient is not a number.</param>
internal sealed class TwoLayerNet(SumOver firstOver = SumOver.SameShard, bool isInfected = false) : ITrainable
{
    private const int Inputs = 3,
        Hidden = 4;

    private readonly Parameter _weight1 = Made("first.weight", Hidden, Inputs),
        _bias1 = Made("first.bias", Hidden),
        _weight2 = Made("second.weight", 1, Hidden),
        _bias2 = Made("second.bias", 1);

    public Arithmetic Arithmetic => new(CPU, ScalarType.Float32);

    public IReadOnlyList<Parameter> Parameters => [_weight1, _bias1, _weight2, _bias2];

    public IReadOnlyList<GradientGroup> Groups =>
        field ??= [new("second", [_weight2, _bias2], SumOver.SameShard), new("first", [_weight1, _bias1], firstOver)];

    public IReadOnlyList<string> Metrics => [MetricNames.TestLoss, MetricNames.Top1];

    /// <returns>Inputs and targets.</returns>
    public LoadedBatch Load(IBatch batch, PassContext pass)
    {
        int[] indices = batch.Plan.Indices.ToArray();
        float[] inputs = [.. indices.SelectMany(i => new[] { MathF.Sin(i), MathF.Cos(i), i / 10f })];
        float[] targets = [.. indices.Select(i => (float)(i % 2))];
        return new LoadedBatch(batch.Plan, [tensor(inputs).view(indices.Length, Inputs), tensor(targets).view(indices.Length, 1)]);
    }

    public LossShare Train(LoadedBatch batch, Extent part, PassContext pass, IPassProgress progress)
    {
        var error = Forward(batch.Tensors[0].narrow(0, part.Start, part.Length)) - batch.Tensors[1].narrow(0, part.Start, part.Length);
        var loss = error.square().sum() / batch.Plan.GlobalCount;
        progress.Turned();
        loss.backward();
        if (isInfected)
            _weight1.SetGradient(full([.. _weight1.Shape], float.NaN));
        foreach (var group in Groups)
            progress.Finished(group);
        return new LossShare(loss.detach());
    }

    public void Evaluate(LoadedBatch batch, PassContext pass, MetricSums sums)
    {
        var output = Forward(batch.Tensors[0]);
        sums.Add(MetricNames.TestLoss, (output - batch.Tensors[1]).square().sum().item<float>());
        sums.Add(MetricNames.Top1, batch.Tensors[1].sum().item<float>());
    }

    public void AfterRestore()
    {
        foreach (var parameter in Parameters)
            parameter.Round();
    }

    public void Forget()
    {
        foreach (var parameter in Parameters)
            parameter.ClearGradient();
    }

    public void Dispose()
    {
        foreach (var parameter in Parameters)
            parameter.Dispose();
    }

    private Tensor Forward(Tensor input) =>
        nn.functional.linear(nn.functional.linear(input, _weight1.Working, _bias1.Working).relu(), _weight2.Working, _bias2.Working);

    private static Parameter Made(string name, params long[] shape)
    {
        var parameter = new Parameter(
            name,
            isBias: shape.Length == 1,
            shape,
            new Extent(0, (int)shape[0]),
            new Arithmetic(CPU, ScalarType.Float32)
        );
        float[] values = [.. Enumerable.Range(0, (int)parameter.Count).Select(i => MathF.Sin(i + name.Length))];
        parameter.Load(MemoryMarshal.AsBytes(values.AsSpan()));
        return parameter;
    }
}
