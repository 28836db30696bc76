using System.Collections.Concurrent;
using Grpc.Core;
using Lockstep.Core.Collectives;
using Lockstep.Core.Plans;
using Lockstep.Protocol.V1;
using Lockstep.Transport.Collectives;
using Lockstep.Transport.Links;
using Lockstep.Transport.SharedMemory;
using Lockstep.Transport.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Lockstep.Transport.Mesh;

/// <summary>
/// The links of one worker to all others for one generation. Of two workers the one with the higher rank dials. A new generation needs a
/// new mesh; disposing a mesh ends its streams in a friendly way and gives all lent memory back. Workers of one host exchange through
/// shared memory, where <see cref="PeerTransportOptions.Transport"/> allows it.
/// </summary>
public sealed class PeerMesh : IOperationMesh, IAsyncDisposable
{
    private readonly MeshGreeting _greeting;
    private readonly ILogger _log;
    private readonly PeerRouter _router;
    private readonly Dictionary<int, PeerLink> _links;
    private readonly ConcurrentDictionary<PeerOperation, byte> _pending = [];
    private readonly TaskCompletionSource<PeerLostException> _firstLoss = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _dialing = Task.CompletedTask;
    private Exception? _abort;
    private volatile PeerOperation? _awaited;
    private bool _corrupt;

    /// <param name="plan">Who the workers are.</param>
    /// <param name="rank">This worker's rank in the plan.</param>
    /// <param name="token">The run's peer secret, made by the coordinator.</param>
    /// <param name="router">Hands over the streams that others open to this process.</param>
    /// <param name="log">Where links are reported; nowhere when null.</param>
    public PeerMesh(Plan plan, int rank, string token, PeerRouter router, ILogger<PeerMesh>? log = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, plan.Members.Count);
        Plan = plan;
        Self = plan.Members[rank];
        Deadline = plan.Deadline;
        _log = log ?? NullLogger<PeerMesh>.Instance;
        _greeting = new(plan, Self, token);
        _router = router;
        _links = plan.Members.Where(m => m.Rank != rank).ToDictionary(m => m.Rank, m => new PeerLink(this, m, router.Options.MaxHeldBytes));
    }

    public Plan Plan { get; }

    /// <summary>How long operations that begin to be waited for from now on may last; the plan's at first.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>Bytes that this process has exchanged so far.</summary>
    public PeerTraffic Traffic => _router.Traffic;

    /// <summary>Completes with the first loss of a peer, whether an operation was under way or not; never completes otherwise.</summary>
    public Task<PeerLostException> FirstLoss => _firstLoss.Task;

    /// <summary>Why the generation has ended here; null while it has not.</summary>
    public Exception? Ended => _abort ?? (_firstLoss.Task.IsCompletedSuccessfully ? _firstLoss.Task.Result : null);

    /// <summary>What the training thread waits for at this moment, for any thread that asks; null while it waits for nothing.</summary>
    public PeerWait? Waiting => _awaited?.Wanting();

    /// <summary>What this worker asks for; see <see cref="TransportOf"/> for what it got.</summary>
    public PeerTransport Transport => _router.Options.Transport;

    PeerTransportOptions IMesh.Options => _router.Options;

    SharedArena IMesh.Arena => _router.Arena;

    /// <summary>
    /// Why this worker can be linked with another in no generation, as the transports are asked for; null while nothing says so.
    /// </summary>
    string? IMesh.Impossible { get; set; }

    /// <summary>This worker.</summary>
    public Member Self { get; }

    ILogger IMesh.Log => _log;

    /// <summary>Links this worker with every other one; dials again until the plan's deadline.</summary>
    /// <exception cref="SharedMemoryException">The transports that two workers ask for do not fit, or shared memory was required and cannot
    /// be had: so it is in every generation.</exception>
    /// <exception cref="PeerLostException">A worker was not reached, did not come or refused; the message names all of them.</exception>
    public async Task ConnectAsync(CancellationToken cancellation)
    {
        PeerLink[] dialled = [.. _links.Values.Where(l => l.Peer.Rank < Self.Rank)];
        using var porter = OpenPorter(dialled);
        _router.Register(this);
        LinkMessage greeting = new() { Hello = _greeting.Ask(Transport, porter) };
        _dialing = Task.WhenAll(
            dialled.Select(link => Task.Run(() => new PeerDialer(this, link, greeting, porter).RunAsync(), CancellationToken.None))
        );
        try
        {
            await AllLinkedAsync().WaitAsync(Plan.Deadline, cancellation);
            _log.Connected(Plan.Generation, Self.Slot.ToString(), _links.Count, _links.Values.Count(l => l.Shared is not null));
        }
        catch (PeerLostException e) when (((IMesh)this).Impossible is { } why)
        {
            throw new SharedMemoryException(why, e);
        }
        catch (TimeoutException)
        {
            throw GiveUpUnlinked();
        }
    }

    /// <summary>The collectives of a group of this plan's ranks, in ascending order, this worker's own among them.</summary>
    public ICollectives Group(IReadOnlyList<int> ranks)
    {
        int own = ranks.ToList().IndexOf(Self.Rank);
        bool ascending = ranks.Zip(ranks.Skip(1)).All(pair => pair.First < pair.Second);
        if (own < 0 || !ascending || ranks[0] < 0 || ranks[^1] >= Plan.Members.Count)
        {
            throw new ArgumentException(
                $"group [{string.Join(", ", ranks)}] was found; ascending ranks below {Plan.Members.Count} "
                    + $"with this worker's own, {Self.Rank}, are required"
            );
        }

        return ranks.Count == 1 ? new LocalCollectives() : new PeerCollectives(this, [.. ranks], own);
    }

    /// <summary>What carries the tensors of this worker and the one of that rank, once they are linked.</summary>
    public PeerTransport TransportOf(int rank) =>
        Transport == PeerTransport.Nccl ? PeerTransport.Nccl
        : _links.TryGetValue(rank, out var link) && link.Shared is not null ? PeerTransport.SharedMemory
        : PeerTransport.Grpc;

    /// <summary>
    /// Zeroed memory for gradients: sums of what lies in it are made in place by the workers that share this host. It may be used with
    /// later meshes of this process too. Where no peer shares the host it is ordinary memory. To be called after
    /// <see cref="ConnectAsync"/>.
    /// </summary>
    /// <exception cref="SharedMemoryException">There is no memory to share, and <see cref="PeerTransport.SharedMemory"/> was required; the
    /// message says what to do.</exception>
    public SharedMemoryBlock Allocate(long bytes)
    {
        SharedPair[] pairs = [.. _links.Values.Select(l => l.Shared).OfType<SharedPair>()];
        SharedMemoryBlock block;
        try
        {
            block = _router.Arena.Allocate(bytes, shared: pairs.Length > 0);
        }
        catch (SharedMemoryException e) when (Transport != PeerTransport.SharedMemory)
        {
            _log.NothingToShare(e.Message);
            return _router.Arena.Allocate(bytes, shared: false);
        }

        Array.ForEach(pairs, pair => pair.Offer(_router.Arena));
        return block;
    }

    /// <summary>For tests: a bit of the next chunk that leaves is changed on its way.</summary>
    public void CorruptNextMessage() => Volatile.Write(ref _corrupt, true);

    /// <summary>Ends the generation here: every pending and later operation throws the cause, and the peers are told.</summary>
    public void Abort(Exception cause)
    {
        Interlocked.CompareExchange(ref _abort, cause, null);
        Refusal farewell = new(StatusCode.Aborted, $"{Self}, ended generation {Plan.Generation}: {cause.Message}");
        foreach (var link in _links.Values)
        {
            link.Lose(new(link.Peer, "this worker ended the generation", _abort, Aborted: true), farewell);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _router.Unregister(this);
        ObjectDisposedException disposed = new(nameof(PeerMesh), $"the mesh of generation {Plan.Generation} was disposed");
        Interlocked.CompareExchange(ref _abort, disposed, null);
        foreach (var operation in _pending.Keys)
        {
            operation.Abandon(_abort);
        }

        await Task.WhenAll(_links.Values.Select(l => l.CloseAsync()));
        await _dialing;
    }

    bool IOperationMesh.TakeCorruption() => Volatile.Read(ref _corrupt) && Interlocked.Exchange(ref _corrupt, false);

    PeerLink IOperationMesh.LinkTo(int rank) => _links[rank];

    PeerOperation IOperationMesh.Begin(Operation name)
    {
        PeerOperation operation = new(name, this);
        _pending[operation] = 0;
        if (_abort is { } cause)
        {
            operation.Abandon(cause);
        }

        return operation;
    }

    void IOperationMesh.Await(PeerOperation? operation) => _awaited = operation;

    void IOperationMesh.Forget(PeerOperation operation) => _pending.TryRemove(operation, out _);

    void IMesh.Report(PeerLostException loss) => _firstLoss.TrySetResult(loss);

    internal Hello Answer(PeerTransport transport) => _greeting.Answer(transport);

    /// <summary>Checks who opens a stream; returns the link that it is for.</summary>
    /// <exception cref="RpcException">It is refused.</exception>
    internal PeerLink Admit(Hello hello)
    {
        _greeting.RequireToken(hello);
        if (hello.Rank <= Self.Rank || !_links.TryGetValue(hello.Rank, out var link))
        {
            throw Refusal
                .Malformed($"rank {hello.Rank} was found, a rank of {Self.Rank + 1} to {Plan.Members.Count - 1} is required here")
                .ToException();
        }

        return link.TryAttach()
            ? link
            : throw new Refusal(
                StatusCode.FailedPrecondition,
                $"rank {hello.Rank} is linked already, or was lost; a new generation is required"
            ).ToException();
    }

    /// <summary>Lets the workers in that share this host; null where memory cannot be shared and need not.</summary>
    private DoorbellPorter? OpenPorter(PeerLink[] dialled)
    {
        if (Transport == PeerTransport.SharedMemory && !OperatingSystem.IsLinux())
        {
            throw new SharedMemoryException($"{Self}, was started with --transport shm, which needs Linux; use --transport auto");
        }

        if (dialled.Length == 0 || Transport == PeerTransport.Grpc || !OperatingSystem.IsLinux())
        {
            return null;
        }

        return _router.Arena.MostBytes >= SharedPair.Footprint ? new DoorbellPorter(dialled.Select(l => l.Peer.Rank)) : null;
    }

    private async Task AllLinkedAsync()
    {
        await foreach (var linked in Task.WhenEach(_links.Values.Select(l => l.Linked)))
        {
            await linked;
        }
    }

    private PeerLostException GiveUpUnlinked()
    {
        PeerLink[] missing = [.. _links.Values.Where(l => !l.Linked.IsCompletedSuccessfully).OrderBy(l => l.Peer.Rank)];
        foreach (var link in missing)
        {
            link.Lose(new(link.Peer, DescribeUnlinked(link), null));
        }

        string text = string.Join("; ", missing.Select(l => $"{l.Peer}, {DescribeUnlinked(l)}"));
        return new(text, missing.Length > 0 ? missing[0].Peer.Rank : Self.Rank);
    }

    private string DescribeUnlinked(PeerLink link) =>
        link.Peer.Rank < Self.Rank
            ? $"could not be reached at {link.Peer.PeerAddress} within {Plan.Deadline.TotalSeconds:0.###} s: {link.Fault}"
            : $"did not connect to {Self.Slot} at {Self.PeerAddress} within {Plan.Deadline.TotalSeconds:0.###} s";
}
