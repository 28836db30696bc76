using Lockstep.Core.Collectives;
using Lockstep.Core.Topology;
using Lockstep.Torch.Trainables;
using Lockstep.Transport;
using Lockstep.Transport.Mesh;
using Lockstep.Transport.Nccl;
using Lockstep.Worker.Flights;
using Lockstep.Worker.Options;

namespace Lockstep.Worker.State;

/// <summary>
/// The groups in which tensors of a step travel: over the mesh, or between GPUs by NCCL where that was asked for. What they do is recorded.
/// </summary>
internal sealed class TrainingGroups : IDisposable
{
    private readonly PeerMesh _mesh;
    private readonly FlightRecorder _flight;
    private readonly NcclGroups? _gpus;

    public TrainingGroups(PeerMesh mesh, FlightRecorder flight, RunContext run, WorkerOptions options)
    {
        (_mesh, _flight) = (mesh, flight);
        if (options.Transport == PeerTransport.Nccl && mesh.Plan.Members.Count > 1)
            _gpus = new NcclGroups(mesh, run.Device.index < 0 ? 0 : run.Device.index, options.Gpu.Deterministic);
    }

    /// <summary>The collectives of a group; all workers open theirs in the same order.</summary>
    /// <exception cref="PeerLostException">A member did not come.</exception>
    public ICollectives Open(IReadOnlyList<int> ranks) => _flight.Around(_gpus?.Open(ranks) ?? _mesh.Group(ranks), ranks);

    /// <summary>The collectives of a group for what is on the host.</summary>
    public ICollectives OpenOnHost(IReadOnlyList<int> ranks) => _flight.Around(_mesh.Group(ranks), ranks);

    /// <summary>The collectives of all sums that gradients of this worker need.</summary>
    /// <param name="gradients">The same on all workers, but for their parameters.</param>
    /// <param name="topology">Says who has which part.</param>
    /// <param name="slot">This worker's.</param>
    /// <exception cref="PeerLostException">A member did not come.</exception>
    public IReadOnlyDictionary<SumOver, ICollectives> OpenSums(IEnumerable<GradientGroup> gradients, RunTopology topology, Slot slot) =>
        gradients
            .Select(g => g.SumOver)
            .Where(sum => sum != SumOver.Nobody)
            .Distinct()
            .Order()
            .ToDictionary(sum => sum, sum => Open(sum == SumOver.All ? topology.AllRanks : topology.ReduceRanks(slot)));

    public void Dispose() => _gpus?.Dispose();
}
