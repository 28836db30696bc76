using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace AlexNet.Recipes.Augmentation;

/// <summary>
/// The mean of a set's training pictures, position by position, as evaluation sees them: a safetensors file with one tensor, <c>mean</c>,
/// channels x height x width, fp32, in 0..1. The same values are subtracted from every cut, wherever it lies; so did the training published
/// with the 2012 paper.
/// </summary>
public static class MeanImage
{
    private const string Tensor = "mean";

    /// <summary>Writes a file; it exists whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="values">channels x height x width, in 0..1.</param>
    /// <param name="shape">The shape.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, float[] values, MapShape shape) =>
        OutputFile.Write(path, stream =>
            SafetensorsWriter.Write(
                stream,
                [
                    new(Tensor, Sizes(shape), new Extent(0, shape.Channels), ElementType.Float32, file =>
                        file.Write(MemoryMarshal.AsBytes<float>(values))
                    ),
                ]
            )
        );

    /// <summary>Reads a file.</summary>
    /// <returns>channels x height x width, in 0..1.</returns>
    /// <exception cref="BadInputException">It is missing, damaged, or of another shape.</exception>
    public static float[] Read(string path, MapShape shape)
    {
        if (!File.Exists(path))
            throw Bad(path, "is missing", "'data.meanImage' must name a file");
        using var file = SafetensorsFile.Open(path);
        if (!file.Tensors.TryGetValue(Tensor, out var tensor))
            throw Bad(path, $"has no tensor '{Tensor}'", "one is required");
        if (!tensor.WholeShape.SequenceEqual(Sizes(shape)))
            throw Bad(path, $"is {string.Join("x", tensor.WholeShape)}", $"the recipe's pictures require {shape}");
        float[] values = new float[shape.Elements];
        file.Read(Tensor, new Extent(0, shape.Channels), ElementType.Float32, MemoryMarshal.AsBytes(values.AsSpan()));
        return Array.TrueForAll(values, v => v is >= 0 and <= 1)
            ? values
            : throw Bad(path, $"holds {values.First(v => v is not (>= 0 and <= 1))}", "numbers from 0 to 1 are required");
    }

    private static long[] Sizes(MapShape shape) => [shape.Channels, shape.Height, shape.Width];

    private static BadInputException Bad(string path, string found, string required) =>
        new($"mean image '{path}' {found}; {required}; make one with alexnet data info RECIPE --mean-image FILE.");
}
