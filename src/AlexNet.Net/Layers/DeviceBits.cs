using Lockstep.Core.Randomness;
using static TorchSharp.torch;

namespace AlexNet.Net.Layers;

/// <summary>
/// <see cref="RandomStream"/>'s bits, made where the tensors are: the same Philox in libtorch's operations on 64-bit integers, bit for bit.
/// At the batches of a GPU, drawing them on the host would take as long as the step.
/// </summary>
internal sealed class DeviceBits
{
    private const int WordsOfBlock = 4,
        BitsOfWord = 32;

    private readonly Tensor _word = Constant(uint.MaxValue); // as numbers of no dimension, which a GPU takes along with a launch
    private readonly Tensor _shift = Constant(BitsOfWord);
    private readonly Tensor[] _keys0,
        _keys1; // of each round
    private readonly uint _purpose;

    /// <param name="stream">The stream of any step and sample.</param>
    public DeviceBits(RandomStream stream)
    {
        var (key0, key1, purpose) = stream.Words;
        _purpose = purpose;
        _keys0 = [.. Enumerable.Range(0, Philox.Rounds).Select(round => Constant(unchecked(key0 + (uint)round * Philox.W0)))];
        _keys1 = [.. Enumerable.Range(0, Philox.Rounds).Select(round => Constant(unchecked(key1 + (uint)round * Philox.W1)))];
    }

    /// <summary>The 32 random bits of a range of elements for each sample.</summary>
    /// <param name="step">The step of the stream.</param>
    /// <param name="samples">The samples of the streams.</param>
    /// <param name="first">The first element.</param>
    /// <param name="count">Elements of each sample.</param>
    /// <param name="device">Where they are wanted.</param>
    /// <returns>samples x count, 64-bit, from 0 to 2^32 - 1.</returns>
    public Tensor Of(long step, ReadOnlySpan<int> samples, long first, int count, Device device)
    {
        using var scope = NewDisposeScope();
        long firstBlock = first / WordsOfBlock,
            blocks = (first + count - 1) / WordsOfBlock + 1 - firstBlock;
        long[] indices = [.. samples.ToArray().Select(s => (long)s)];
        // the counter's words, which grow to samples x blocks as they mix
        var c0 = arange(firstBlock, firstBlock + blocks, dtype: ScalarType.Int64, device: device).reshape(1, blocks);
        var c1 = tensor(indices).to(device, non_blocking: true).reshape(indices.Length, 1);
        var c2 = full([1, 1], step, dtype: ScalarType.Int64, device: device);
        var c3 = full([1, 1], (long)_purpose, dtype: ScalarType.Int64, device: device);
        for (int round = 0; round < Philox.Rounds; round++)
        {
            var (p0, p1) = (c0 * (long)Philox.M0, c2 * (long)Philox.M1); // modulo 2^64, whatever the sign
            (c0, c1, c2, c3) = (Mixed(p1, c1, _keys0[round]), p1.bitwise_and(_word), Mixed(p0, c3, _keys1[round]), p0.bitwise_and(_word));
        }
        return stack([c0, c1, c2, c3], -1).flatten(1).narrow(1, first % WordsOfBlock, count).MoveToOuterDisposeScope();
    }

    private Tensor Mixed(Tensor product, Tensor word, Tensor key) =>
        product.bitwise_right_shift(_shift).bitwise_and(_word).bitwise_xor(word).bitwise_xor(key);

    private static Tensor Constant(long value) => tensor(value, dtype: ScalarType.Int64).DetachFromDisposeScope();
}
