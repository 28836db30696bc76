using AlexNet.Core.Collectives;
using AlexNet.Core.Topology;

namespace AlexNet.Core.Checkpoints;

/// <summary>A shard's rows of one named tensor, to be written.</summary>
/// <param name="Name">Such as <c>conv1.weight</c>.</param>
/// <param name="WholeShape">Shape in the whole net.</param>
/// <param name="Rows">The rows of the first dimension that <paramref name="Memory"/> holds.</param>
/// <param name="Memory">Row-major values.</param>
public sealed record TensorEntry(string Name, IReadOnlyList<long> WholeShape, Extent Rows, TensorMemory Memory);
