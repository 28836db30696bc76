using System.Diagnostics;
using Lockstep.Core.Collectives;

namespace Lockstep.Transport.Nccl;

/// <summary>
/// An operation on a GPU's stream. The wait is the host's: it ends when the GPU has done it, when a peer is known to be lost, or at the
/// deadline.
/// </summary>
internal sealed class NcclOperation(Operation name, NcclCommunicator communicator, nint done) : IPendingOperation
{
    private const int Spins = 200; // of some microseconds each, before the thread gives its core away
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(0.2);

    private readonly string _what = $"do {name}";
    private bool _over;

    public void Wait()
    {
        if (_over)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        for (int round = 0; CudaInterface.EventQuery(done) is not CudaInterface.Success and var state; round++)
        {
            communicator.ThrowIfEnded(_what);
            if (state != CudaInterface.NotReady)
            {
                CudaInterface.Check(state, _what);
            }

            if (round > Spins)
            {
                Thread.Sleep(Interval);
                communicator.Watch(_what, Stopwatch.GetElapsedTime(start));
            }
        }

        _over = true;
        _ = CudaInterface.EventDestroy(done);
    }
}
