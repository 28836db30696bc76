using System.Runtime.ExceptionServices;
using Lockstep.Core.Collectives;
using Lockstep.Torch.Trainables;

namespace Lockstep.Torch.Normalization;

/// <summary>
/// Where the replicas meet in the middle of a pass: every replica runs the same layers in the same order, so the operations of a step need
/// no other names than their numbers.
/// </summary>
internal sealed class ReplicaSums
{
    private ICollectives? _replicas;
    private Exception? _failure;
    private long _step = -1;
    private int _made; // operations of this step

    /// <summary>Whether there is anybody to meet.</summary>
    public bool IsShared => _replicas is { Size: > 1 };

    /// <summary>Whether this replica's samples count; those of an empty part do not.</summary>
    public bool Counts { get; private set; }

    /// <summary>Meets the replicas of another generation from now on.</summary>
    public void Use(ICollectives replicas) => (_replicas, _step) = (replicas, -1);

    /// <summary>A pass begins.</summary>
    /// <param name="pass">Which.</param>
    /// <param name="counts">Its samples count.</param>
    public void Begin(PassContext pass, bool counts)
    {
        if (_step != pass.Step)
            (_step, _made) = (pass.Step, 0);
        (Counts, _failure) = (counts, null);
    }

    /// <summary>The pass has ended.</summary>
    /// <exception cref="PeerLostException">Another replica did not come while backward ran.</exception>
    public void End()
    {
        if (_failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>The numbers of all replicas, in their order.</summary>
    /// <param name="own">This replica's, as many as every other's.</param>
    /// <exception cref="PeerLostException">Another replica did not come.</exception>
    public double[] Gather(ReadOnlySpan<double> own) =>
        _replicas is { } replicas ? replicas.Gather(new Operation(OperationKind.Statistics, _step, _made++), own) : own.ToArray();

    /// <summary>
    /// The sums over all replicas, in their order; zeros once it has failed, because no exception may leave an operation of autograd: it
    /// would end the process. <see cref="End"/> throws it.
    /// </summary>
    /// <param name="own">This replica's, as many as every other's.</param>
    public double[] SumInBackward(ReadOnlySpan<double> own)
    {
        double[] sums = new double[own.Length];
        if (_failure is not null)
            return sums;
        try
        {
            double[] all = Gather(own);
            for (int i = 0; i < all.Length; i++)
                sums[i % sums.Length] += all[i];
        }
        catch (Exception e)
        {
            (_failure, sums) = (e, new double[own.Length]);
        }

        return sums;
    }
}
