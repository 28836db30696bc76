using AlexNet.Data.Samples;
using Lockstep.Core.Sampling;

namespace AlexNet.Data.Loading;

/// <summary>Turns the plan of a batch into the batch, with a crew of threads of its own.</summary>
internal sealed class BatchReader(IImageSet images, int threads) : IDisposable
{
    private readonly PixelPool _pool = new();
    private readonly DecodingCrew _crew = new(threads - 1);

    /// <exception cref="LoadingException">A sample cannot be read; of several the first in order.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Batch Read(BatchPlan plan, CancellationToken cancellation)
    {
        long[] labels = new long[plan.Indices.Length];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = LabelOf(plan, i);

        int bytes = checked(plan.Decoded.Length * images.Shape.Elements);
        byte[] buffer = _pool.Rent(bytes);
        try
        {
            _crew.Run(plan.Decoded.Length, i => ReadSample(plan, i, buffer), cancellation);
        }
        catch
        {
            _pool.Return(buffer);
            throw;
        }
        return new(plan, labels, buffer, bytes, _pool);
    }

    public void Dispose() => _crew.Dispose();

    private int LabelOf(BatchPlan plan, int place)
    {
        int index = plan.Indices.Span[place];
        try
        {
            return images.LabelOf(index);
        }
        catch (Exception e)
        {
            throw Failed(plan, "label", index, e);
        }
    }

    private void ReadSample(BatchPlan plan, int i, byte[] buffer)
    {
        int elements = images.Shape.Elements,
            index = plan.Indices.Span[plan.Decoded.Start + i];
        try
        {
            images.Read(new SampleKey(index, plan.Epoch, plan.View), buffer.AsSpan(i * elements, elements));
        }
        catch (Exception e)
        {
            throw Failed(plan, "image", index, e);
        }
    }

    private static LoadingException Failed(BatchPlan plan, string what, int index, Exception e) =>
        new($"loading step {plan.Step} (epoch {plan.Epoch}): {what} {index} of the data set cannot be read: {e.Message}", e);
}
