using System.Runtime.InteropServices;
using AlexNet.Recipes;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;

namespace Cluster.Tests.Laws;

/// <summary>Reads the tensors that runs of different layouts have written, as tensors of the whole net.</summary>
internal static class TensorComparison
{
    /// <summary>Name, whole shape, for every parameter of a run's net.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<long> Shape)> Parameters(string runDirectory)
    {
        string recipe = File.ReadAllText(Path.Combine(runDirectory, CheckpointFiles.Recipe));
        return NetShape
            .Of(Recipe.Reader.Read(recipe, runDirectory))
            .Layers.SelectMany<LayerShape, (string, IReadOnlyList<long>)>(layer =>
                [($"{layer.Name}.weight", layer.WeightShape), ($"{layer.Name}.bias", [layer.Output.Channels])]
            );
    }

    /// <summary>All values of one tensor.</summary>
    public static float[] Read(string directory, string kind, string name, IReadOnlyList<long> shape)
    {
        using var tensors = ShardedTensors.OpenFiles(directory, Directory.GetFiles(directory, $"{kind}-*"));
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        tensors.Read(name, shape, new Extent(0, (int)shape[0]), MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>|a - b| / |a|, in doubles.</summary>
    public static double RelativeDifference(float[] a, float[] b)
    {
        double difference = 0,
            norm = 0;
        for (int i = 0; i < a.Length; i++)
            (difference, norm) = (difference + Square((double)a[i] - b[i]), norm + Square(a[i]));
        return norm == 0 ? Math.Sqrt(difference) : Math.Sqrt(difference / norm);
    }

    private static double Square(double x) => x * x;
}
