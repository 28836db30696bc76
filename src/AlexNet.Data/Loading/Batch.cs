using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;

namespace AlexNet.Data.Loading;

/// <summary>The samples of one batch as one worker loads them; disposing it gives its pixels back to the loader.</summary>
public sealed class Batch : IBatch
{
    private readonly BatchPlan _plan;
    private readonly PixelPool _pool;
    private readonly int _pixelBytes;
    private byte[]? _buffer;

    internal Batch(BatchPlan plan, long[] labels, MixedLabels? mixed, byte[] buffer, int pixelBytes, PixelPool pool)
    {
        (_plan, Labels, Mixed, _buffer, _pixelBytes, _pool) = (plan, labels, mixed, buffer, pixelBytes, pool);
    }

    /// <inheritdoc/>
    public BatchPlan Plan => _plan;

    /// <summary>The step; in an evaluation the number of the batch, from 0.</summary>
    public long Step => _plan.Step;

    /// <summary>The epoch, from 1; 0 in an evaluation.</summary>
    public int Epoch => _plan.Epoch;

    /// <summary>What an evaluation sees of each sample: 0 the middle, 1 to 10 the <see cref="TenViews"/>.</summary>
    public int View => _plan.View;

    /// <summary>Samples of all replicas together.</summary>
    public int GlobalCount => _plan.GlobalCount;

    /// <summary>Data set indices of all samples of this replica's part, in order; may be empty.</summary>
    public ReadOnlyMemory<int> Indices => _plan.Indices;

    /// <summary>Labels of all samples of this replica's part.</summary>
    public long[] Labels { get; }

    /// <summary>The labels that the samples are mixed with; null where none may be.</summary>
    public MixedLabels? Mixed { get; }

    /// <summary>The range of the part whose pixels are here.</summary>
    public Extent Decoded => _plan.Decoded;

    /// <summary>Pixels of the samples in <see cref="Decoded"/>: samples x channels x height x width. The memory never moves.</summary>
    /// <exception cref="ObjectDisposedException">The batch was given back; another may lie there by now.</exception>
    public ReadOnlyMemory<byte> Pixels =>
        _buffer is { } buffer ? buffer.AsMemory(0, _pixelBytes) : throw new ObjectDisposedException(nameof(Batch));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            _pool.Return(buffer);
    }
}
