using Lockstep.Core.Collectives;
using Lockstep.Core.Metrics;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Parameters;

namespace Lockstep.Torch.Trainables;

/// <summary>
/// What a worker trains: its part of a net, with its loss, and the way of a batch through it. Whoever trains it decides which samples come,
/// sums the gradients over the workers, votes, and makes the update. All members are called on one thread, by all workers of a replica in
/// the same order: a trainable may meet the others of its replica in any of them.
/// </summary>
public interface ITrainable : IDisposable
{
    /// <summary>Where it computes, and in what numbers.</summary>
    Arithmetic Arithmetic { get; }

    /// <summary>Everything that is trained here; fp32, named, each a part of a whole.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>
    /// What training passes change beside the gradients. Replicas come to hold what the first of them with samples had after its pass.
    /// </summary>
    IReadOnlyList<StateTensor> State => [];

    /// <summary>Makes the program's own optimiser, where a recipe asks for it; null where the program has none.</summary>
    Optimizers.OwnOptimizer.Maker? OwnOptimizer => null;

    /// <summary>Each share of a loss has a weight, which is known when its pass has ended.</summary>
    bool WeighsLosses => false;

    /// <summary>Its passes meet those of the other replicas, so a replica makes each of them also where it has no samples.</summary>
    bool MeetsReplicas => false;

    /// <summary>All parameters once, in the order in which a backward pass ends them.</summary>
    IReadOnlyList<GradientGroup> Groups { get; }

    /// <summary>Names of the sums that <see cref="Evaluate"/> makes, such as <see cref="MetricNames.TestLoss"/>.</summary>
    IReadOnlyList<string> Metrics { get; }

    /// <summary>Brings a batch to where the arithmetic is, and shares with the replica's other workers what each has read.</summary>
    /// <param name="batch">From the application's sample set; may have no samples.</param>
    /// <param name="pass">The pass over all samples of the batch.</param>
    /// <exception cref="PeerLostException">Another worker of the replica did not come.</exception>
    LoadedBatch Load(IBatch batch, PassContext pass);

    /// <summary>
    /// Runs a part of a batch forward, makes the loss, and runs it backward; afterwards every parameter has its gradient, to which those of
    /// the next part are added.
    /// </summary>
    /// <param name="batch">What <see cref="Load"/> has made of it.</param>
    /// <param name="part">Samples of the batch, at least one; none where <see cref="MeetsReplicas"/> asks for it.</param>
    /// <param name="pass">The pass over these samples.</param>
    /// <param name="progress">Is notified how far the pass has come.</param>
    /// <returns>
    /// The part's share of the loss, the same on every worker of the replica. Without a weight it is the sum of the samples' losses divided
    /// by the samples of all replicas (<see cref="BatchPlan.GlobalCount"/>).
    /// </returns>
    /// <exception cref="PeerLostException">Another worker of the replica did not come.</exception>
    LossShare Train(LoadedBatch batch, Extent part, PassContext pass, IPassProgress progress);

    /// <summary>Runs a batch forward and adds what it shows to the sums; the same on every worker of the replica.</summary>
    /// <param name="batch">What <see cref="Load"/> has made of it; with at least one sample.</param>
    /// <param name="pass">The pass over all its samples.</param>
    /// <param name="sums">The sums of the evaluation so far.</param>
    /// <exception cref="PeerLostException">Another worker of the replica did not come.</exception>
    void Evaluate(LoadedBatch batch, PassContext pass, MetricSums sums);

    /// <summary>A generation begins.</summary>
    /// <param name="replicas">The holders of the same part in it.</param>
    void Join(ICollectives replicas)
    {
        // for those that meet them
    }

    /// <summary>The weights have been overwritten.</summary>
    void AfterRestore();

    /// <summary>Forgets the gradients of the last step, and whatever a broken one has left.</summary>
    void Forget();
}
