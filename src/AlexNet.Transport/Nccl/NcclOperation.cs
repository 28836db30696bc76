using System.Diagnostics;
using AlexNet.Core.Collectives;

namespace AlexNet.Transport.Nccl;

/// <summary>An operation on a GPU's stream. The wait is the host's: it ends when the GPU has done it, when a peer is known to be lost, or at the deadline.</summary>
internal sealed class NcclOperation(Operation name, NcclCommunicator communicator, PeerMesh mesh, IReadOnlyList<int> ranks, nint done) : IPendingOperation
{
    private const int Spins = 200; // of some microseconds each, before the thread gives its core away
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(0.2);
    private static readonly TimeSpan OwnWords = TimeSpan.FromSeconds(1); // for the mesh to know who is gone

    private bool _over;

    public void Wait()
    {
        if (_over)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        for (int round = 0; ; round++)
        {
            int state = CudaInterface.EventQuery(done);
            if (state == CudaInterface.Success)
            {
                break;
            }

            if (state != CudaInterface.NotReady)
            {
                CudaInterface.Check(state, $"do {name}");
            }

            if (mesh.Ended is { } cause)
            {
                communicator.Dispose();
                throw cause is PeerLostException ? cause : new OperationCanceledException($"the generation ended during {name}", cause);
            }

            if (round > Spins)
            {
                Thread.Sleep(Interval);
                Watch(Stopwatch.GetElapsedTime(start));
            }
        }

        _over = true;
        _ = CudaInterface.EventDestroy(done);
    }

    /// <summary>A dead peer may raise no error, so time counts as well; who it was only the mesh can say.</summary>
    private void Watch(TimeSpan waited)
    {
        string? problem = communicator.Problem();
        bool isLate = waited > mesh.Deadline;
        if (problem is null && !isLate)
        {
            return;
        }

        communicator.Dispose();
        if (mesh.FirstLoss.Wait(OwnWords))
        {
            throw mesh.FirstLoss.Result;
        }

        int other = ranks.First(r => r != mesh.Self.Rank);
        string group = string.Join("; ", ranks.Where(r => r != mesh.Self.Rank).Select(r => mesh.Plan.Members[r].ToString()));
        throw new PeerLostException(isLate
            ? $"{name} did not come to its end within {mesh.Deadline.TotalSeconds:0.###} s on the GPU of {mesh.Self.Slot}; one of these did not come: {group}"
            : $"{name} failed on the GPU of {mesh.Self.Slot}: {problem}; its group: {group}", other)
        { IsLate = isLate };
    }
}
