using Lockstep.Core.Collectives;
using Lockstep.Transport.Links;

namespace Lockstep.Transport.Nccl;

/// <summary>
/// Collectives between GPUs for memory that is on them; what is on the host goes the host's way. Operations run on a stream of their own:
/// 1. it waits for what the compute stream has been given so far; 2. NCCL's operations; 3. an event, which <see cref="NcclOperation"/>
/// waits for. Parts may have different lengths, so gathering is sends and receives, and scattering a reduction to each member. NCCL adds in
/// an order of its own, which is the same in every run as long as algorithm and protocol are pinned.
/// </summary>
internal sealed class NcclCollectives(ICollectives host, NcclCommunicator communicator, PeerTraffic traffic, int device, nint stream)
    : ICollectives
{
    public int Rank => host.Rank;

    public int Size => host.Size;

    public bool TakesDevice => true;

    public IPendingOperation AllGather(Operation operation, ReadOnlySpan<TensorMemory> parts)
    {
        if (AreOnHost(parts))
        {
            return host.AllGather(operation, parts);
        }

        var all = parts.ToArray();
        return Run(
            operation,
            (handle, queue) =>
                FirstError(
                    from other in Enumerable.Range(0, Size)
                    where other != Rank
                    from send in (bool[])[true, false]
                    let part = all[send ? Rank : other]
                    where part.Count > 0
                    select send
                        ? NcclInterface.Send(part.Address, (nuint)part.Count, NcclCommunicator.TypeOf(part.Type), other, handle, queue)
                        : NcclInterface.Receive(part.Address, (nuint)part.Count, NcclCommunicator.TypeOf(part.Type), other, handle, queue)
                ),
            sent: all[Rank].Bytes * (Size - 1),
            received: all.Where((_, rank) => rank != Rank).Sum(p => p.Bytes)
        );
    }

    public IPendingOperation ReduceScatter(Operation operation, ReadOnlySpan<TensorMemory> parts, TensorMemory sum)
    {
        if (AreOnHost(parts))
        {
            return host.ReduceScatter(operation, parts, sum);
        }

        var all = parts.ToArray();
        return Run(
            operation,
            (handle, queue) =>
                FirstError(
                    all.Select(
                        (part, root) =>
                            part.Count == 0
                                ? NcclInterface.Success
                                : NcclInterface.Reduce(
                                    part.Address,
                                    root == Rank ? sum.Address : part.Address,
                                    (nuint)part.Count,
                                    NcclCommunicator.TypeOf(part.Type),
                                    NcclInterface.Sum,
                                    root,
                                    handle,
                                    queue
                                )
                    )
                ),
            sent: all.Where((_, rank) => rank != Rank).Sum(p => p.Bytes),
            received: sum.Bytes * (Size - 1)
        );
    }

    public IPendingOperation AllReduce(Operation operation, TensorMemory values)
    {
        if (values.IsOnHost)
        {
            return host.AllReduce(operation, values);
        }

        long crossed = 2 * values.Bytes * (Size - 1) / Size;
        return Run(
            operation,
            (handle, queue) =>
                values.Count == 0
                    ? NcclInterface.Success
                    : NcclInterface.AllReduce(
                        values.Address,
                        values.Address,
                        (nuint)values.Count,
                        NcclCommunicator.TypeOf(values.Type),
                        NcclInterface.Sum,
                        handle,
                        queue
                    ),
            crossed,
            crossed
        );
    }

    private static bool AreOnHost(ReadOnlySpan<TensorMemory> parts)
    {
        foreach (var part in parts)
        {
            if (!part.IsOnHost)
            {
                return false;
            }
        }

        return true;
    }

    private NcclOperation Run(Operation operation, Func<nint, nint, int> launch, long sent, long received)
    {
        communicator.ThrowIfEnded($"do {operation}");
        CudaInterface.Check(CudaInterface.SetDevice(device), $"use GPU {device}"); // of this thread
        nint given = CudaInterface.CreateEvent();
        CudaInterface.Check(CudaInterface.EventRecord(given, CudaInterface.ComputeStream), $"order {operation}");
        CudaInterface.Check(CudaInterface.StreamWaitEvent(stream, given, 0), $"order {operation}");
        _ = CudaInterface.EventDestroy(given); // CUDA keeps it until the stream has passed it
        communicator.Launch(launch, $"begin {operation}");
        nint done = CudaInterface.CreateEvent();
        CudaInterface.Check(CudaInterface.EventRecord(done, stream), $"end {operation}");
        traffic.CountSent(operation.Kind, PeerTransport.Nccl, sent);
        traffic.CountReceived(operation.Kind, PeerTransport.Nccl, received);
        return new NcclOperation(operation, communicator, done);
    }

    /// <summary>Calls all up to the first that is refused.</summary>
    private static int FirstError(IEnumerable<int> calls) =>
        calls.FirstOrDefault(result => result is not (NcclInterface.Success or NcclInterface.InProgress));
}
