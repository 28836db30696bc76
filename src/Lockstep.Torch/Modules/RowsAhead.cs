using System.Threading.Channels;
using Lockstep.Core.Sampling;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>Batches that a thread reads before they are asked for, as many as fit the channel.</summary>
internal sealed class RowsAhead : IBatchSource
{
    private const int Ahead = 2; // batches
    private static readonly int[] FirstSample = [0];

    private readonly Channel<TensorBatch> _ready = Channel.CreateBounded<TensorBatch>(
        new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true }
    );
    private readonly CancellationTokenSource _end = new();
    private readonly Task _reading;

    public RowsAhead(ModuleSamples samples, IEnumerable<BatchPlan> plans) =>
        _reading = Task.Factory.StartNew(() => Read(samples, plans), _end.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public IBatch? Next(CancellationToken cancellation)
    {
        while (true)
        {
            if (_ready.Reader.TryRead(out var batch))
                return batch;
            if (!Wait(_ready.Reader.WaitToReadAsync(cancellation)))
                return null;
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _reading.ContinueWith(_ => Forget(), TaskScheduler.Default);
    }

    private void Read(ModuleSamples samples, IEnumerable<BatchPlan> plans)
    {
        try
        {
            foreach (var plan in plans)
            {
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                // a replica without samples may have to make a pass all the same, with one that is not counted
                var fields = samples.Read(plan.Count == 0 ? plan with { Indices = FirstSample } : plan);
                foreach (var field in fields)
                    field.DetachFromDisposeScope();
                var batch = new TensorBatch(plan, fields);
                while (!_ready.Writer.TryWrite(batch))
                    Wait(_ready.Writer.WaitToWriteAsync(_end.Token));
            }

            _ready.Writer.Complete();
        }
        catch (Exception e)
        {
            _ready.Writer.Complete(e);
        }
    }

    private void Forget()
    {
        while (_ready.Reader.TryRead(out var batch))
            batch.Dispose();
        _end.Dispose();
    }

    private static bool Wait(ValueTask<bool> pending) => pending.IsCompleted ? pending.Result : pending.AsTask().GetAwaiter().GetResult();
}
