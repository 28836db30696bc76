using System.Runtime.InteropServices;
using AlexNet.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace EndToEnd.Tests.Training;

/// <summary>Gradients that <c>--dump-steps</c> wrote.</summary>
internal static class GradientFiles
{
    /// <summary>The weights of one step, written by a whole net.</summary>
    public static string Weights(string run, long step) =>
        Path.Combine(Dump(run, step), CheckpointFiles.Shard(CheckpointFiles.Weights, 0, 1));

    /// <summary>For every parameter: the L2 norm of the difference between two runs' first gradients over that of the gradient.</summary>
    public static IReadOnlyDictionary<string, double> RelativeDifferences(string run, string other)
    {
        using var first = Gradients(run);
        using var second = Gradients(other);
        var net = NetShape.Of(RecipeCatalog.Load(Recipe.Reader, Path.Combine(run, CheckpointFiles.Recipe)));
        var shapes = net.Layers.SelectMany(
            IEnumerable<(string Name, IReadOnlyList<long> Shape)> (layer) =>
                [($"{layer.Name}.weight", layer.WeightShape), ($"{layer.Name}.bias", [layer.Output.Channels])]
        );
        return shapes.ToDictionary(s => s.Name, s => RelativeDifference(Read(first, s.Name, s.Shape), Read(second, s.Name, s.Shape)));
    }

    private static string Dump(string run, long step) => Path.Combine(run, "dumps", $"step-{step:D8}");

    private static ShardedTensors Gradients(string run) =>
        ShardedTensors.OpenFiles(run, Directory.GetFiles(Dump(run, 0), $"{CheckpointFiles.Gradients}-*"));

    private static double RelativeDifference(float[] expected, float[] actual)
    {
        double difference = 0,
            norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Square((double)expected[i] - actual[i]);
            norm += Square(expected[i]);
        }
        return Math.Sqrt(difference / norm);
    }

    private static double Square(double value) => value * value;

    private static float[] Read(ShardedTensors tensors, string name, IReadOnlyList<long> shape)
    {
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        tensors.Read(name, shape, new Extent(0, (int)shape[0]), MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
