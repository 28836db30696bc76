using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lockstep.Core.Sampling;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>
/// Samples that a program's own net is trained on: a row in each of a few fields, such as inputs and targets. Batches are read ahead on a
/// thread of their own.
/// </summary>
public abstract class ModuleSamples : ISampleSet
{
    public abstract int Count { get; }

    /// <summary>By what the set is found again, the same on every machine: a hash of what it holds, or the name of a version.</summary>
    public abstract string Fingerprint { get; }

    /// <inheritdoc/>
    public IBatchSource Load(IEnumerable<BatchPlan> plans, int threads) => new RowsAhead(this, plans);

    /// <summary>
    /// Reads samples; called on one thread at a time, and for the same samples always with the same result. It draws nothing from torch's
    /// own random numbers, which the training thread draws from: a generator made from the seed of the sample repeats.
    /// </summary>
    /// <param name="plan">Which samples, in their order: one or more.</param>
    /// <returns>For each field samples x whatever a sample has there, on the CPU; the caller disposes them.</returns>
    public abstract IReadOnlyList<Tensor> Read(BatchPlan plan);

    /// <summary>A hash of types, shapes and bytes of tensors.</summary>
    protected static string HashOf(IEnumerable<Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors)
        {
            string shape = string.Create(CultureInfo.InvariantCulture, $"{tensor.dtype} {string.Join('x', tensor.shape)}\n");
            hash.AppendData(Encoding.UTF8.GetBytes(shape));
            using var rows = tensor.contiguous();
            hash.AppendData(rows.bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
