using System.Runtime.ExceptionServices;
using Lockstep.Core.Collectives;
using Lockstep.Torch.Modules;
using Lockstep.Transport.Collectives;

namespace Lockstep.Checking;

/// <summary>Two replicas in this process, each on a thread of its own, as far as layers that meet in a pass need them.</summary>
internal sealed class ReplicaPair : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Barrier _meeting = new(2);
    private readonly CancellationTokenSource _end = new();
    private readonly TensorMemory[][] _brought = new TensorMemory[2][];

    /// <summary>Runs a pass of both at the same time, each on a thread of its own; an error of one calls off the other, too.</summary>
    /// <param name="nets">Two nets with the same weights, the first of replica 0.</param>
    /// <param name="pass">Makes the pass of a net, with the number of its replica.</param>
    /// <returns>What the passes return, in the order of the nets.</returns>
    public static T[] Run<T>(IEnumerable<ModuleTrainable> nets, Func<ModuleTrainable, int, T> pass)
    {
        using var pair = new ReplicaPair();
        var runs = nets.Select(
                (net, rank) =>
                    Task.Factory.StartNew(
                        () => pair.Run(net, rank, pass),
                        CancellationToken.None,
                        TaskCreationOptions.LongRunning,
                        TaskScheduler.Default
                    )
            )
            .ToList();
        try
        {
            return Task.WhenAll(runs).Result;
        }
        catch (AggregateException e) when (e.InnerExceptions.FirstOrDefault(x => x is not OperationCanceledException) is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause); // the other was called off
            throw;
        }
    }

    public void Dispose()
    {
        _meeting.Dispose();
        _end.Dispose();
    }

    private T Run<T>(ModuleTrainable net, int rank, Func<ModuleTrainable, int, T> pass)
    {
        net.Join(new Member(this, rank));
        try
        {
            return pass(net, rank);
        }
        catch
        {
            _end.Cancel();
            throw;
        }
        finally
        {
            net.Join(new LocalCollectives());
        }
    }

    /// <summary>Both are there.</summary>
    /// <exception cref="InvalidOperationException">The other makes fewer meetings than this one.</exception>
    private void Meet()
    {
        if (!_meeting.SignalAndWait(Patience, _end.Token))
        {
            throw new InvalidOperationException(
                $"one of two replicas waits for the other in a batch normalisation, and that did not come in {Patience.TotalSeconds:0} s; "
                    + "every replica must call the same of these layers, in the same order, whatever its samples are."
            );
        }
    }

    private sealed class Member(ReplicaPair pair, int rank) : ICollectives
    {
        public int Rank => rank;

        public int Size => 2;

        public IPendingOperation AllGather(Operation operation, ReadOnlySpan<TensorMemory> parts)
        {
            pair._brought[rank] = parts.ToArray();
            return new Pending(pair, rank);
        }

        public IPendingOperation ReduceScatter(Operation operation, ReadOnlySpan<TensorMemory> parts, TensorMemory sum) =>
            throw new NotSupportedException("a pair only gathers.");

        public IPendingOperation AllReduce(Operation operation, TensorMemory values) =>
            throw new NotSupportedException("a pair only gathers.");
    }

    private sealed unsafe class Pending(ReplicaPair pair, int rank) : IPendingOperation
    {
        public void Wait()
        {
            pair.Meet();
            int other = 1 - rank;
            var (source, target) = (pair._brought[other][other], pair._brought[rank][other]);
            Buffer.MemoryCopy((void*)source.Address, (void*)target.Address, target.Bytes, source.Bytes);
            pair.Meet(); // nobody brings the next before both have read
        }
    }
}
