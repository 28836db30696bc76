namespace AlexNet.Data.Loading;

/// <summary>Turns the plan of a batch into the batch.</summary>
internal sealed class BatchReader(IImageSet images, int threads)
{
    private readonly PixelPool _pool = new();

    /// <exception cref="LoadingException">A sample cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Batch Read(BatchPlan plan, CancellationToken cancellation)
    {
        var labels = new long[plan.Indices.Length];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = LabelOf(plan, i);

        int bytes = checked(plan.Decoded.Length * images.Shape.Elements);
        var buffer = _pool.Rent(bytes);
        if (threads == 1)
        {
            for (int i = 0; i < plan.Decoded.Length; i++)
                ReadSample(plan, i, buffer, cancellation);
        }
        else
            ReadInParallel(plan, buffer, cancellation);
        return new(plan, labels, buffer, bytes, _pool);
    }

    private void ReadInParallel(BatchPlan plan, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
            Parallel.For(0, plan.Decoded.Length, options, i => ReadSample(plan, i, buffer, cancellation));
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<LoadingException>().FirstOrDefault() is { } first)
        {
            throw new LoadingException(first.Message, first.InnerException ?? first);
        }
    }

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

    private void ReadSample(BatchPlan plan, int i, byte[] buffer, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        int elements = images.Shape.Elements, index = plan.Indices.Span[plan.Decoded.Start + i];
        try
        {
            images.Read(index, buffer.AsSpan(i * elements, elements));
        }
        catch (Exception e)
        {
            throw Failed(plan, "image", index, e);
        }
    }

    private static LoadingException Failed(BatchPlan plan, string what, int index, Exception e) =>
        new($"loading step {plan.Step} (epoch {plan.Epoch}): {what} {index} of the data set cannot be read: {e.Message}", e);
}
