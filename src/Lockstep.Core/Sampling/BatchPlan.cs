using Lockstep.Core.Topology;

namespace Lockstep.Core.Sampling;

/// <summary>Which samples one worker is to load for one batch.</summary>
/// <param name="Step">The step; in an evaluation the number of the batch, from 0.</param>
/// <param name="Epoch">The epoch, from 1; 0 in an evaluation.</param>
/// <param name="GlobalCount">Samples of all replicas together.</param>
/// <param name="Indices">Data set indices of all samples of this replica's part, in order; may be empty.</param>
/// <param name="Decoded">The range of the part that this worker reads; its replica's other workers read the rest.</param>
/// <param name="View">What an evaluation sees of each sample; 0 where a sample has one view.</param>
public sealed record BatchPlan(long Step, int Epoch, int GlobalCount, ReadOnlyMemory<int> Indices, Extent Decoded, int View = 0)
{
    /// <summary>Samples of this replica's part.</summary>
    public int Count => Indices.Length;
}
