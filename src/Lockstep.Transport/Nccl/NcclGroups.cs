using System.Text;
using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Transport.Mesh;

namespace Lockstep.Transport.Nccl;

/// <summary>
/// The communicators of one worker for one generation, where there is NCCL (<see cref="GpuLibraries.WhyUnavailable"/>). To open one, the
/// members of a group first tell each other over the mesh where their GPUs sit, since NCCL refuses two ranks on one, and get the unique id
/// that the lowest of them has made. The mesh is there anyway, knows the generation, and admits members only, so the id needs no other way
/// (docs/adr/0009-nccl.md).
/// </summary>
public sealed class NcclGroups : IDisposable
{
    private const int PlaceBytes = 128;
    private const string Algorithm = "NCCL_ALGO",
        Protocol = "NCCL_PROTO";

    private readonly PeerMesh _mesh;
    private readonly int _device;
    private readonly nint _stream;
    private readonly List<NcclCommunicator> _communicators = [];

    /// <param name="mesh">The connected mesh.</param>
    /// <param name="device">The GPU, as this process counts them.</param>
    /// <param name="deterministic">Pins algorithm and protocol, so that sums are made in the same order in every run.</param>
    public NcclGroups(PeerMesh mesh, int device, bool deterministic)
    {
        (_mesh, _device) = (mesh, device);
        if (deterministic)
        {
            NcclInterface.SetVariable(Algorithm, "Ring");
            NcclInterface.SetVariable(Protocol, "Simple");
        }

        CudaInterface.Check(CudaInterface.SetDevice(device), $"use GPU {device}");
        _stream = CudaInterface.CreateStream();
    }

    /// <summary>The collectives of a group; every member opens its groups in the same order.</summary>
    /// <param name="ranks">The ranks of the plan, in ascending order, this worker's among them.</param>
    /// <exception cref="BadInputException">Two members share a GPU.</exception>
    /// <exception cref="GpuCollectivesException">NCCL refuses.</exception>
    /// <exception cref="PeerLostException">A member did not come.</exception>
    public ICollectives Open(IReadOnlyList<int> ranks)
    {
        var host = _mesh.Group(ranks);
        if (host.Size == 1)
        {
            return host;
        }

        CudaInterface.Check(CudaInterface.SetDevice(_device), $"use GPU {_device}"); // of this thread
        RefuseShared(ranks, host);
        var communicator = NcclCommunicator.Open(ShareId(host), _mesh, ranks, _stream);
        _communicators.Add(communicator);
        return new NcclCollectives(host, communicator, _mesh.Traffic, _device, _stream);
    }

    public void Dispose()
    {
        _communicators.ForEach(c => c.Dispose());
        _ = CudaInterface.StreamDestroy(_stream);
    }

    private unsafe byte[] ShareId(ICollectives host)
    {
        byte[] id = new byte[NcclInterface.IdBytes];
        if (host.Rank == 0)
        {
            int error = NcclInterface.GetUniqueId(out var made);
            id =
                error == NcclInterface.Success
                    ? made.ToArray()
                    : throw new GpuCollectivesException($"NCCL could not make a unique id (error {error}).");
        }

        fixed (byte* address = id)
        {
            TensorMemory all = new((nint)address, id.Length, ElementType.Byte);
            host.AllGather(
                    new(OperationKind.Link, 0, 2 * _communicators.Count),
                    [.. Enumerable.Range(0, host.Size).Select(r => r == 0 ? all : all.Slice(0, 0))]
                )
                .Wait();
        }

        return id;
    }

    /// <summary>
    /// Two members on one GPU would be refused by NCCL, or hang, unless it was told to take them (<see cref="GpuLibraries.SharesGpus"/>).
    /// </summary>
    private unsafe void RefuseShared(IReadOnlyList<int> ranks, ICollectives host)
    {
        byte[] places = new byte[PlaceBytes * host.Size];
        Span<byte> bus = stackalloc byte[32];
        CudaInterface.Check(CudaInterface.DeviceGetPciBusId(bus, bus.Length, _device), $"tell where GPU {_device} sits");
        string own = $"{Encoding.ASCII.GetString(bus).TrimEnd('\0')} of {Environment.MachineName}"; // what is cut off is the name's end
        Encoding.UTF8.GetBytes(own.AsSpan(0, Math.Min(own.Length, PlaceBytes / 2)), places.AsSpan(PlaceBytes * host.Rank, PlaceBytes));
        fixed (byte* address = places)
        {
            TensorMemory all = new((nint)address, places.Length, ElementType.Byte);
            host.AllGather(
                    new(OperationKind.Link, 0, 2 * _communicators.Count + 1),
                    [.. Enumerable.Range(0, host.Size).Select(r => all.Slice(r * PlaceBytes, PlaceBytes))]
                )
                .Wait();
        }

        if (GpuLibraries.SharesGpus)
        {
            return;
        }

        foreach (
            var group in Enumerable
                .Range(0, host.Size)
                .GroupBy(r => Encoding.UTF8.GetString(places, r * PlaceBytes, PlaceBytes).TrimEnd('\0'))
                .Where(g => g.Count() > 1)
        )
        {
            throw new BadInputException(
                $"{string.Join(" and ", group.Select(r => _mesh.Plan.Members[ranks[r]]))} use the same GPU ({group.Key}), and NCCL takes "
                    + "one worker for each; "
                    + "give each worker a GPU of its own (CUDA_VISIBLE_DEVICES), use --transport auto, or try NCCL 2.30 or later with "
                    + $"{GpuLibraries.SharingVariable}=1, on every worker."
            );
        }
    }
}
