using AlexNet.Data.Samples;
using Lockstep.Core.Topology;

namespace AlexNet.Data.Loading;

/// <summary>Which samples one worker is to load for one batch.</summary>
/// <param name="Step">The step; in an evaluation the number of the batch, from 0.</param>
/// <param name="Epoch">The epoch, from 1; 0 in an evaluation.</param>
/// <param name="GlobalCount">Samples of all replicas together.</param>
/// <param name="Indices">Data set indices of all samples of this replica's part, in order; may be empty.</param>
/// <param name="Decoded">The range of the part whose pixels this worker decodes; its replica's other workers decode the rest.</param>
/// <param name="View">What an evaluation sees of each sample: 0 the middle, 1 to 10 the <see cref="TenViews"/>.</param>
public sealed record BatchPlan(long Step, int Epoch, int GlobalCount, ReadOnlyMemory<int> Indices, Extent Decoded, int View = 0);
