using static TorchSharp.torch;

namespace Lockstep.Worker.Checkups;

/// <summary>
/// A product of matrices whose every number is known: small whole numbers, whose sums are exact in fp32 in any order. A processor or GPU
/// that gets it wrong computes wrong in training too.
/// </summary>
internal static class KnownSum
{
    private const int Size = 192,
        Modulus = 11;

    /// <summary>Computes it on a device.</summary>
    /// <exception cref="InvalidOperationException">It came out wrong.</exception>
    public static void Require(Device device)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (left, right) = (Numbers(3), Numbers(7));
        var product = tensor(left, [Size, Size], device: device).mm(tensor(right, [Size, Size], device: device)).cpu();
        float[] found = product.data<float>().ToArray();
        for (int i = 0; i < found.Length; i++)
        {
            float expected = Element(left, right, i / Size, i % Size);
            if (found[i] != expected)
            {
                throw new InvalidOperationException(
                    FormattableString.Invariant(
                        $"device {device} computes wrong: number {i} of a known product came to {found[i]} and is {expected}. Take this "
                    ) + "machine out of the run, and test its memory and processor."
                );
            }
        }
    }

    private static float[] Numbers(int factor) =>
        [.. Enumerable.Range(0, Size * Size).Select(i => (float)((long)factor * i * i % Modulus))];

    private static float Element(float[] left, float[] right, int row, int column)
    {
        long sum = 0;
        for (int k = 0; k < Size; k++)
            sum += (long)left[row * Size + k] * (long)right[k * Size + column];
        return sum;
    }
}
