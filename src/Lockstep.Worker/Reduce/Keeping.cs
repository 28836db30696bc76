using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;
using Lockstep.Torch.Trainables;

namespace Lockstep.Worker.Reduce;

/// <summary>The way of a part's gradients from the worker that owns it to the one that keeps it too.</summary>
/// <param name="Pair">The two.</param>
/// <param name="Owner">The owner's place among them.</param>
/// <param name="Batch">Samples of a step.</param>
/// <param name="AllowsFactors">Both make the same products of factors, to the last bit.</param>
internal sealed record Keeping(ICollectives Pair, int Owner, int Batch, bool AllowsFactors)
{
    /// <summary>Whether this worker is the owner.</summary>
    public bool Owns => Pair.Rank == Owner;

    /// <summary>What each of the two brings: the owner all, the keeper nothing.</summary>
    public TensorMemory[] Parts(TensorMemory all) =>
        [.. Enumerable.Range(0, Pair.Size).Select(member => member == Owner ? all : all.Slice(0, 0))];

    /// <summary>The owner has all rows.</summary>
    public Extent Rows(int rows, int members, int member) => member == Owner ? new(0, rows) : new(0, 0);

    /// <summary>Factors travel where they are fewer than the gradients.</summary>
    public bool AsFactors(GradientFactors factors) =>
        AllowsFactors && (long)Batch * (factors.Inputs + factors.Outputs) < (long)factors.Inputs * factors.Outputs;

    /// <summary>Two may keep each other's part: operations of one way must not have the names of the other's.</summary>
    /// <param name="points">Names that one way may use.</param>
    public int FirstPoint(int points) => Owner * points;
}
