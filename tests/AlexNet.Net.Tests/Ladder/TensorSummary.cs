using System.Runtime.InteropServices;
using Lockstep.Core.Randomness;
using TorchSharp;

namespace AlexNet.Net.Tests.Ladder;

/// <summary>
/// What a fixture keeps of a tensor. The sketch adds each element, with a random sign, to a random bucket; the sum of squares of the
/// difference of two sketches estimates that of the two tensors. Source: Charikar, Chen and Farach-Colton, "Finding frequent items in
/// data streams", 2002.
/// </summary>
/// <param name="Count">Number of elements.</param>
/// <param name="Norm">L2 norm.</param>
/// <param name="Indices">Places of some elements.</param>
/// <param name="Elements">These elements.</param>
/// <param name="Sketch">The buckets.</param>
public sealed record TensorSummary(
    long Count,
    double Norm,
    IReadOnlyList<long> Indices,
    IReadOnlyList<double> Elements,
    IReadOnlyList<double> Sketch
)
{
    private const int Buckets = 32;
    private const int Chunk = 1 << 16;

    /// <summary>Summarises a tensor as another one was.</summary>
    /// <param name="name">Keys the buckets and signs.</param>
    /// <param name="tensor">fp32.</param>
    /// <param name="like">Says which elements to keep.</param>
    public static TensorSummary Of(string name, torch.Tensor tensor, TensorSummary like)
    {
        using var scope = torch.NewDisposeScope();
        var values = MemoryMarshal.Cast<byte, float>(tensor.detach().cpu().contiguous().bytes);
        var (sketch, squares) = (new double[Buckets], 0.0);
        var random = new RandomStream(0, $"parity/sketch/{name}");
        uint[] bits = new uint[Chunk];
        for (int first = 0; first < values.Length; first += Chunk)
        {
            var part = values[first..Math.Min(values.Length, first + Chunk)];
            random.FillBits(bits.AsSpan(0, part.Length), first);
            for (int i = 0; i < part.Length; i++)
            {
                sketch[bits[i] & (Buckets - 1)] += (bits[i] & Buckets) != 0 ? -part[i] : part[i];
                squares += (double)part[i] * part[i];
            }
        }

        double[] elements = new double[like.Indices.Count];
        for (int i = 0; i < elements.Length; i++)
            elements[i] = values[(int)like.Indices[i]];
        return new(values.Length, Math.Sqrt(squares), like.Indices, elements, sketch);
    }

    /// <summary>L2 norm of the difference to an expected tensor, relative to the expected tensor's; within about a quarter.</summary>
    public double RelativeDistance(TensorSummary expected) =>
        Math.Sqrt(Sketch.Zip(expected.Sketch, (a, b) => (a - b) * (a - b)).Sum()) / expected.Norm;
}
