using AlexNet.Data.Loading;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;

namespace AlexNet.Data.Tests.Loading;

public class PrefetchingLoaderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static TrainingBatches Batches(int samples = 1000, int batch = 10) =>
        new(new StepPlan(samples, batch, Epochs: 1, StepLimit: null), seed: 0, new RunTopology(1, 1), new Slot(0, 0));

    [Fact]
    public void Next_AfterTheLastBatch_SaysSo()
    {
        using var loader = new PrefetchingLoader(new NumberedImages(20), Batches(20));
        loader.Next(Cancellation).Dispose();
        loader.Next(Cancellation).Dispose();
        Assert.Contains("step 1", Assert.Throws<InvalidOperationException>(() => loader.Next(Cancellation)).Message);
    }

    [Fact]
    public void Prefetch_NobodyTakes_StopsAtTheDepth()
    {
        int reads = 0;
        using var full = new CountdownEvent(40);
        var images = new NumberedImages(1000)
        {
            BeforeRead = _ =>
            {
                if (Interlocked.Increment(ref reads) <= 40)
                    full.Signal();
            },
        };
        using (var loader = new PrefetchingLoader(images, Batches(), depth: 3))
            Assert.True(full.Wait(Patience, Cancellation)); // three batches lie ready, and a fourth waits for room
        Assert.Equal(40, reads);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Next_UnreadableImage_ThrowsWithStepAndImage(int threads)
    {
        var images = new NumberedImages(1000) { BeforeRead = i => _ = i == 77 ? throw new IOException("the disk is gone") : 0 };
        using var loader = new PrefetchingLoader(images, Batches(), threads: threads);
        long step = Array.IndexOf(EpochOrder.Of(0, 1, 1000), 77) / 10;
        for (long before = 0; before < step; before++)
            loader.Next(Cancellation).Dispose();

        var error = Assert.Throws<LoadingException>(() => loader.Next(Cancellation));
        Assert.Contains($"step {step} (epoch 1)", error.Message);
        Assert.Contains("image 77", error.Message);
        Assert.Contains("the disk is gone", error.Message);
        Assert.Throws<LoadingException>(() => loader.Next(Cancellation)); // and it stays so
    }

    [Fact]
    public void Next_ImageThatDoesNotCome_TimesOut()
    {
        using var gate = new ManualResetEventSlim();
        var images = new NumberedImages(1000) { BeforeRead = _ => gate.Wait(Patience) };
        using var loader = new PrefetchingLoader(images, Batches(), deadline: TimeSpan.FromMilliseconds(20));
        Assert.Contains("did not come", Assert.Throws<TimeoutException>(() => loader.Next(Cancellation)).Message);
        gate.Set();
    }

    [Fact]
    public async Task Dispose_WhilePrefetching_EndsSoon()
    {
        using var started = new ManualResetEventSlim();
        var images = new NumberedImages(1000) { BeforeRead = _ => started.Set() };
        var loader = new PrefetchingLoader(images, Batches(), depth: 1);
        Assert.True(started.Wait(Patience, Cancellation));
        await Task.Run(loader.Dispose, Cancellation).WaitAsync(Patience, Cancellation);
        loader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => loader.Next(Cancellation));
    }

    [Fact]
    public void Dispose_Batch_RecyclesItsPixels()
    {
        using var loader = new PrefetchingLoader(new NumberedImages(1000), Batches(), depth: 1);
        var seen = new HashSet<IntPtr>();
        while (loader.TryNext(out var batch, Cancellation))
        {
            using (batch)
            {
                seen.Add(AddressOf(batch));
                Assert.Equal(batch.Indices.ToArray(), NumberedImages.IndicesIn(batch.Pixels.Span));
            }
        }

        Assert.InRange(seen.Count, 1, 4); // of a hundred batches: one taken, one ready, one being read, one to spare
    }

    [Fact]
    public void Pixels_OfADisposedBatch_Throw()
    {
        using var loader = new PrefetchingLoader(new NumberedImages(1000), Batches());
        var batch = loader.Next(Cancellation);
        batch.Dispose();
        batch.Dispose();
        Assert.Throws<ObjectDisposedException>(() => batch.Pixels);
    }

    private static unsafe IntPtr AddressOf(Batch batch)
    {
        using var pin = batch.Pixels.Pin();
        return (IntPtr)pin.Pointer;
    }
}
