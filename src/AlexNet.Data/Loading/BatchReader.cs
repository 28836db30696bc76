using System.Buffers;
using AlexNet.Data.Mixing;
using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;

namespace AlexNet.Data.Loading;

/// <summary>Turns the plan of a batch into the batch, with a crew of threads of its own.</summary>
/// <param name="images">Where samples are read.</param>
/// <param name="mixing">Mixes them with others; null for samples as they are.</param>
/// <param name="threads">How many read, the caller's included.</param>
internal sealed class BatchReader(IImageSet images, SampleMixing? mixing, int threads) : IDisposable
{
    private readonly PixelPool _pool = new();
    private readonly DecodingCrew _crew = new(threads - 1);

    /// <exception cref="LoadingException">A sample cannot be read; of several the first in order.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Batch Read(BatchPlan plan, CancellationToken cancellation)
    {
        long[] labels = new long[plan.Indices.Length];
        var mixed = mixing is null ? null : new MixedLabels(new long[labels.Length], new float[labels.Length]);
        var mixes = new Mix[labels.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = LabelOf(plan, plan.Indices.Span[i]);
            mixes[i] = mixing?.Of(KeyOf(plan, i)) ?? Mix.None;
            if (mixed is null)
                continue;
            mixed.Others[i] = mixes[i].IsNone ? labels[i] : LabelOf(plan, mixes[i].Partner);
            mixed.Shares[i] = (float)mixes[i].Parts / Mix.Whole;
        }

        int bytes = checked(plan.Decoded.Length * images.Shape.Elements);
        byte[] buffer = _pool.Rent(bytes);
        try
        {
            _crew.Run(plan.Decoded.Length, i => ReadSample(plan, i, mixes[plan.Decoded.Start + i], buffer), cancellation);
        }
        catch
        {
            _pool.Return(buffer);
            throw;
        }
        return new(plan, labels, mixed, buffer, bytes, _pool);
    }

    public void Dispose() => _crew.Dispose();

    private static SampleKey KeyOf(BatchPlan plan, int place) => new(plan.Indices.Span[place], plan.Epoch, plan.View);

    private int LabelOf(BatchPlan plan, int index)
    {
        try
        {
            return images.LabelOf(index);
        }
        catch (Exception e)
        {
            throw Failed(plan, "label", index, e);
        }
    }

    private void ReadSample(BatchPlan plan, int i, Mix mix, byte[] buffer)
    {
        int elements = images.Shape.Elements;
        var sample = KeyOf(plan, plan.Decoded.Start + i);
        var pixels = buffer.AsSpan(i * elements, elements);
        ReadImage(plan, sample, pixels);
        if (mixing is null || mix.IsNone)
            return;
        byte[] other = ArrayPool<byte>.Shared.Rent(elements);
        try
        {
            ReadImage(plan, sample with { Index = mix.Partner }, other.AsSpan(0, elements));
            mixing.Apply(mix, pixels, other);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(other);
        }
    }

    private void ReadImage(BatchPlan plan, SampleKey sample, Span<byte> pixels)
    {
        try
        {
            images.Read(sample, pixels);
        }
        catch (Exception e)
        {
            throw Failed(plan, "image", sample.Index, e);
        }
    }

    private static LoadingException Failed(BatchPlan plan, string what, int index, Exception e) =>
        new($"loading step {plan.Step} (epoch {plan.Epoch}): {what} {index} of the data set cannot be read: {e.Message}", e);
}
