using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Core.Plans;
using Lockstep.Core.Topology;
using Lockstep.Native;
using Lockstep.Torch.Memory;
using Lockstep.Transport.Collectives;
using Lockstep.Transport.Mesh;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace Lockstep.Groups;

/// <summary>
/// Processes that work together, each with a rank: what PyTorch has in <c>torch.distributed</c>. Every member calls the same operations in
/// the same order; each blocks until it is done here. Sums are made in ascending rank order, so all members get the same bits, run after
/// run. A member that is gone ends the group: every operation throws <see cref="PeerLostException"/>, which names it.
/// </summary>
/// <remarks>Called by one thread at a time. Tensors of a GPU, and such with gaps, travel through a copy in the host's memory.</remarks>
public sealed class ProcessGroup : IAsyncDisposable
{
    private readonly GroupHost? _host; // none in a group of one
    private readonly PeerMesh? _mesh;
    private readonly ICollectives _members;
    private GradientBuffer? _gradients;
    private long _operations;

    private ProcessGroup(GroupHost? host, PeerMesh? mesh, ICollectives members) => (_host, _mesh, _members) = (host, mesh, members);

    /// <summary>This process's place, from 0.</summary>
    public int Rank => _members.Rank;

    /// <summary>The number of processes.</summary>
    public int Size => _members.Size;

    /// <summary>Joins a group, and waits until all of its members have come.</summary>
    /// <param name="options">Which group, and which place in it.</param>
    /// <param name="loggers">Where it logs; warnings to the console when null.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="BadInputException">The options cannot be used, or member 0 refuses this one.</exception>
    /// <exception cref="TimeoutException">Not all members have come in time.</exception>
    /// <exception cref="PeerLostException">A member was lost, or cannot be reached from here.</exception>
    public static async Task<ProcessGroup> JoinAsync(
        GroupOptions options,
        ILoggerFactory? loggers = null,
        CancellationToken cancellation = default
    )
    {
        if (GroupRules.Problems(options) is { Count: > 0 } problems)
            throw new BadInputException(problems);
        NativeLibraries.Load(); // before anything of torch
        if (options.Size == 1)
            return new ProcessGroup(null, null, new LocalCollectives());
        var desk = options.Rank == 0 ? new RendezvousDesk(options.Size) : null;
        var host = await GroupHost.StartAsync(options, desk, loggers, cancellation);
        PeerMesh? mesh = null;
        try
        {
            var meeting = await Meetings.WaitAsync(options, host, desk, cancellation);
            var plan = PlanOf(meeting, options.Deadline);
            mesh = new PeerMesh(plan, options.Rank, meeting.PeerToken, host.Router, host.MeshLogger);
            await mesh.ConnectAsync(cancellation);
            return new ProcessGroup(host, mesh, mesh.Group(plan.Topology.AllRanks));
        }
        catch
        {
            if (mesh is not null)
                await mesh.DisposeAsync();
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts so many processes of this program on this machine, each of which runs <paramref name="main"/> as a member; or is one of
    /// them. Where a cluster's launcher has set <c>RANK</c> or <c>ALEXNET_RANK</c>, it is a member at once
    /// (<see cref="GroupOptions.From"/>).
    /// </summary>
    /// <param name="processes">The number of processes; a cluster's launcher says another.</param>
    /// <param name="main">What each member does.</param>
    /// <param name="cancellation">Ends the wait for the other members, and the processes.</param>
    /// <returns>The exit code for <c>Main</c>: 0 done, 1 failed, 2 bad input.</returns>
    public static Task<int> RunAsync(int processes, Action<ProcessGroup> main, CancellationToken cancellation = default) =>
        GroupOptions.AreGiven ? GroupMember.RunAsync(main, cancellation) : GroupLauncher.RunAsync(processes, cancellation);

    /// <summary>Replaces a tensor on every member by the sum over all members.</summary>
    /// <param name="values">Of the same shape and type on every member; numbers of any type. It is changed in place.</param>
    /// <exception cref="PeerLostException">A member is gone, or did not come.</exception>
    public void AllReduce(Tensor values)
    {
        if (values.dtype is ScalarType.Float32 or ScalarType.BFloat16)
        {
            OnHost(values, staged => _members.AllReduce(Next(), HostMemory.Of(staged)).Wait());
            return;
        }

        OnHost(values, staged =>
        {
            var all = Gather(staged);
            staged.copy_(all.Skip(1).Aggregate(all[0], (sum, addend) => sum.add_(addend)));
        });
    }

    /// <summary>Returns the tensors of all members, in the order of ranks; the caller disposes them.</summary>
    /// <param name="values">Of the same shape and type on every member.</param>
    /// <exception cref="PeerLostException">A member is gone, or did not come.</exception>
    public IReadOnlyList<Tensor> AllGather(Tensor values)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return [.. Gather(values.cpu().contiguous()).Select(t => t.to(values.device).MoveToOuterDisposeScope())];
    }

    /// <summary>Replaces a tensor on every member by that of one of them.</summary>
    /// <param name="values">Of the same shape and type on every member. It is changed in place.</param>
    /// <param name="from">The rank whose tensor all get.</param>
    /// <exception cref="PeerLostException">A member is gone, or did not come.</exception>
    public void Broadcast(Tensor values, int from = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(from, Size);
        OnHost(values, staged =>
        {
            var all = HostMemory.BytesOf(staged);
            var parts = Enumerable.Range(0, Size).Select(rank => rank == from ? all : all.Slice(0, 0));
            _members.AllGather(Next(), [.. parts]).Wait();
        });
    }

    /// <summary>Parameters and buffers of a module become those of one member, as training begins.</summary>
    /// <exception cref="PeerLostException">A member is gone, or did not come.</exception>
    public void Broadcast(nn.Module module, int from = 0)
    {
        foreach (var (_, value) in module.state_dict())
            Broadcast(value, from);
    }

    /// <summary>
    /// Replaces the gradients of a module, after its backward pass, by their mean over all members, in one operation. A parameter without a
    /// gradient counts as zeros.
    /// </summary>
    /// <param name="module">The same on every member; its parameters are fp32.</param>
    /// <exception cref="PeerLostException">A member is gone, or did not come.</exception>
    public void AverageGradients(nn.Module module)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Tensor[] trained = [.. module.parameters().Where(p => p.requires_grad)];
        if (_gradients?.Fits(trained) != true)
        {
            _gradients?.Dispose();
            _gradients = new GradientBuffer(trained, _mesh);
        }

        _gradients.Average(trained, memory => _members.AllReduce(Next(), memory).Wait(), Size);
    }

    /// <summary>Waits until every member has called it.</summary>
    /// <exception cref="PeerLostException">A member is gone, or did not come.</exception>
    public void Barrier() => _members.Gather<byte>(Next(), [0]);

    public async ValueTask DisposeAsync()
    {
        _gradients?.Dispose();
        if (_mesh is not null)
            await _mesh.DisposeAsync();
        if (_host is not null)
            await _host.DisposeAsync();
    }

    private static Plan PlanOf(Protocol.V1.Meeting meeting, TimeSpan deadline)
    {
        var topology = new RunTopology(meeting.Members.Count, Shards: 1);
        return new Plan(
            meeting.GroupId,
            Generation: 1,
            topology,
            [.. meeting.Members.Select(m => new Member(m.Rank, topology.SlotOf(m.Rank), $"{m.Rank}", m.Host, m.ProcessId, m.PeerAddress))],
            StartStep: 0,
            deadline
        );
    }

    /// <summary>Works on a tensor in contiguous memory of the host; what becomes of that becomes of the tensor.</summary>
    private static void OnHost(Tensor values, Action<Tensor> work)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var staged = values.cpu().contiguous(); // the tensor's own memory where it is such
        work(staged);
        if (values.device_type != TorchSharp.DeviceType.CPU || !values.is_contiguous())
            values.copy_(staged);
    }

    /// <summary>The tensors of all members; they live in the scope that is open.</summary>
    private Tensor[] Gather(Tensor own)
    {
        Tensor[] all = [.. Enumerable.Range(0, Size).Select(_ => empty_like(own))];
        all[Rank].copy_(own);
        _members.AllGather(Next(), [.. all.Select(HostMemory.BytesOf)]).Wait();
        return all;
    }

    private Operation Next() => new(OperationKind.Group, _operations++);
}
