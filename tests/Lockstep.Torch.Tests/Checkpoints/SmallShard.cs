using System.Runtime.InteropServices;
using Lockstep.Core.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Optimizers;
using Lockstep.Torch.Parameters;
using TorchSharp;

namespace Lockstep.Torch.Tests.Checkpoints;

/// <summary>
/// Some rows of two parameters with their optimiser; a step's gradient is a function of (parameter, element of the whole, step).
/// </summary>
internal sealed class SmallShard : IDisposable
{
    private static readonly Dictionary<string, long[]> Shapes = new() { ["one.weight"] = [8, 3, 2, 2], ["one.bias"] = [8] };

    public SmallShard(OptimizerRecipe recipe, int shard = 0, int shards = 1)
    {
        var rows = Extent.Part(8, shards, shard);
        Parameters =
        [
            .. Shapes.Select(s => new Parameter(
                s.Key,
                s.Key.EndsWith("bias", StringComparison.Ordinal),
                s.Value,
                rows,
                new Arithmetic(torch.CPU, torch.ScalarType.Float32)
            )),
        ];
        Optimizer = Lockstep.Torch.Optimizers.Optimizer.Create(recipe, Parameters);
        foreach (var parameter in Parameters)
            parameter.Load(MemoryMarshal.AsBytes(Values(parameter, 0).AsSpan()));
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    public IOptimizer Optimizer { get; }

    /// <summary>Update number <paramref name="step"/>.</summary>
    public void Step(int step)
    {
        foreach (var parameter in Parameters)
            parameter.Value.grad = torch.tensor(Values(parameter, step)).view([.. parameter.Shape]);
        Optimizer.Step(0.1);
    }

    /// <summary>The bits of all weights and all optimiser state, by name, as rows of the whole.</summary>
    public IReadOnlyDictionary<string, byte[]> Bits() =>
        Parameters
            .Select(p => p.Weights)
            .Concat(Optimizer.State)
            .ToDictionary(t => t.Name, t => t.Value.detach().contiguous().bytes.ToArray());

    public void Dispose()
    {
        Optimizer.Dispose();
        foreach (var parameter in Parameters)
            parameter.Dispose();
    }

    private static float[] Values(Parameter parameter, int step)
    {
        long first = parameter.Rows.Start * parameter.RowLength;
        return [.. Enumerable.Range(0, (int)parameter.Count).Select(i => MathF.Sin(first + i + 17 * step + parameter.Name.Length))];
    }
}
