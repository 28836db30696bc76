using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Lockstep.Core.Runs;
using Lockstep.Core.Sampling;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>Samples that lie in memory, one in each row of a few tensors, such as inputs and labels.</summary>
public sealed class TensorSamples : ISampleSet
{
    private readonly Tensor[] _fields;

    /// <param name="fields">Each samples x whatever a sample has there, on the CPU; they belong to the caller.</param>
    /// <exception cref="ArgumentException">There is none, or they have different numbers of rows.</exception>
    public TensorSamples(params Tensor[] fields)
    {
        long[] counts = [.. fields.Select(f => f.dim() == 0 ? 0 : f.shape[0]).Distinct()];
        if (counts is not [> 0])
        {
            throw new ArgumentException(
                $"the fields have {string.Join(", ", counts)} rows; each must have a row for every sample, and there must be one at least.",
                nameof(fields)
            );
        }

        (_fields, Count) = (fields, checked((int)counts[0]));
    }

    public int Count { get; }

    public IBatchSource Load(IEnumerable<BatchPlan> plans, int threads) => new Source(plans.GetEnumerator(), _fields);

    /// <summary>By what two sets are found again: a hash of their types, shapes and bytes.</summary>
    /// <param name="train">Training samples.</param>
    /// <param name="test">Samples of the evaluation.</param>
    /// <param name="classNames">A word for each class, in the order of the labels; none where there are no classes.</param>
    public static DataIdentity Identify(TensorSamples train, TensorSamples test, IReadOnlyList<string> classNames)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var field in train._fields.Concat(test._fields))
        {
            string shape = string.Create(CultureInfo.InvariantCulture, $"{field.dtype} {string.Join('x', field.shape)}\n");
            hash.AppendData(Encoding.UTF8.GetBytes(shape));
            using var rows = field.contiguous();
            hash.AppendData(rows.bytes);
        }

        return new DataIdentity(Convert.ToHexStringLower(hash.GetHashAndReset()), train.Count, test.Count, classNames);
    }

    private sealed class Source(IEnumerator<BatchPlan> plans, Tensor[] fields) : IBatchSource
    {
        public IBatch? Next(CancellationToken cancellation)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!plans.MoveNext())
                return null;
            using var rows = tensor(Array.ConvertAll(plans.Current.Indices.ToArray(), i => (long)i));
            return new TensorBatch(plans.Current, [.. fields.Select(f => f.index_select(0, rows).DetachFromDisposeScope())]);
        }

        public void Dispose() => plans.Dispose();
    }
}
