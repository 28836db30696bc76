using Grpc.Core;
using Lockstep.Protocol.V1;
using Lockstep.Transport.Links;
using Lockstep.Transport.SharedMemory;
using Lockstep.Transport.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lockstep.Transport.Mesh;

/// <summary>
/// Hands each stream that another worker opens to the mesh of its run and generation: 1. read its hello; 2. find the mesh, or wait until it
/// is registered; 3. check token and rank, and choose what carries the pair; 4. answer, and run the link to its end. A process has one
/// router for its life.
/// </summary>
public sealed class PeerRouter(IOptions<PeerTransportOptions> options, TimeProvider time, ILogger<PeerRouter> log)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Generation> _runs = [];
    private TaskCompletionSource _registered = NewSignal();
    private int _waiting;

    /// <summary>Bytes exchanged by this process, over all generations.</summary>
    public PeerTraffic Traffic { get; } = new();

    internal PeerTransportOptions Options => options.Value;

    /// <summary>The shared memory of this process, over all generations.</summary>
    internal SharedArena Arena { get; } = new(options.Value.MostSharedBytes);

    internal void Register(PeerMesh mesh)
    {
        TaskCompletionSource registered;
        lock (_gate)
        {
            if (_runs.TryGetValue(mesh.Plan.RunId, out var current) && current.Number >= mesh.Plan.Generation)
            {
                throw new InvalidOperationException(
                    $"generation {mesh.Plan.Generation} of run '{mesh.Plan.RunId}' was found, one above {current.Number} is required"
                );
            }

            _runs[mesh.Plan.RunId] = new(mesh.Plan.Generation, mesh);
            registered = _registered;
            _registered = NewSignal();
        }

        registered.SetResult();
    }

    internal void Unregister(PeerMesh mesh)
    {
        lock (_gate)
        {
            // The number stays: a stream for a generation that is over is stale.
            if (_runs.TryGetValue(mesh.Plan.RunId, out var current) && current.Mesh == mesh)
            {
                _runs[mesh.Plan.RunId] = current with { Mesh = null };
            }
        }
    }

    internal async Task RouteAsync(
        IAsyncStreamReader<LinkMessage> requests,
        IServerStreamWriter<LinkMessage> responses,
        ServerCallContext context
    )
    {
        Refusal? farewell;
        try
        {
            PeerMesh mesh;
            PeerLink link;
            Hello hello;
            using (CancellationTokenSource late = new(Options.RegistrationDeadline, time))
            using (var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.CancellationToken))
            {
                hello = await ReadHelloAsync(requests, stop.Token);
                mesh = await FindAsync(hello, stop.Token);
                link = mesh.Admit(hello);
            }

            farewell = await RunAsync(mesh, link, Choose(mesh, link, hello), requests, responses);
        }
        catch (RpcException refused)
        {
            if (!context.CancellationToken.IsCancellationRequested)
            {
                log.StreamRefused(context.Peer, refused.Status.Detail);
            }

            // a stranger learns nothing; a worker of the run that is late or lost hears what to do
            throw refused.StatusCode == StatusCode.PermissionDenied ? new RpcException(new(StatusCode.PermissionDenied, "")) : refused;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            throw new RpcException(new(StatusCode.Cancelled, "the stream was given up before it was linked"));
        }

        if (farewell is not null)
        {
            throw farewell.ToException();
        }
    }

    /// <summary>What carries the pair; when nothing can, this end must hear of it as well as the other.</summary>
    private static SharedPair? Choose(PeerMesh mesh, PeerLink link, Hello hello)
    {
        try
        {
            return TransportChoice.Make(mesh, link, hello);
        }
        catch (RpcException impossible)
        {
            ((IMesh)mesh).Impossible = impossible.Status.Detail;
            link.GiveUp(new(link.Peer, impossible.Status.Detail, impossible));
            throw;
        }
    }

    private static async Task<Refusal?> RunAsync(
        PeerMesh mesh,
        PeerLink link,
        SharedPair? pair,
        IAsyncStreamReader<LinkMessage> requests,
        IServerStreamWriter<LinkMessage> responses
    )
    {
        if (pair is null)
        {
            return await link.RunAsync(
                requests,
                responses,
                new LinkMessage { Hello = mesh.Answer(PeerTransport.Grpc) },
                completeRequests: null
            );
        }

        try
        {
            await responses.WriteAsync(new LinkMessage { Hello = mesh.Answer(PeerTransport.SharedMemory) });
        }
        catch (Exception e)
        {
            pair.DisposeUnclaimed();
            link.GiveUp(new(link.Peer, LinkFault.Describe(e), e));
            throw;
        }

        return await link.RunSharedAsync(pair);
    }

    private async Task<Hello> ReadHelloAsync(IAsyncStreamReader<LinkMessage> requests, CancellationToken stop)
    {
        bool any;
        try
        {
            any = await requests.MoveNext(stop);
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(
                new(StatusCode.DeadlineExceeded, $"no hello came within {Options.RegistrationDeadline.TotalSeconds:0.###} s")
            );
        }

        var first = any ? requests.Current : null;
        return first?.Hello ?? throw (first?.Refusal ?? Refusal.Malformed("a hello is required first")).ToException();
    }

    private async Task<PeerMesh> FindAsync(Hello hello, CancellationToken stop)
    {
        if (Interlocked.Increment(ref _waiting) > Options.MaxWaitingStreams)
        {
            Interlocked.Decrement(ref _waiting);
            throw new RpcException(new(StatusCode.Unavailable, $"{Options.MaxWaitingStreams} streams wait already; try again"));
        }

        try
        {
            while (true)
            {
                if (Find(hello, out var registered) is { } mesh)
                {
                    return mesh;
                }

                await registered.WaitAsync(stop);
            }
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(
                new(
                    StatusCode.DeadlineExceeded,
                    $"generation {hello.Generation} of run '{hello.RunId}' was not joined here "
                        + $"within {Options.RegistrationDeadline.TotalSeconds:0.###} s; try again, or ask the coordinator for the newest "
                        + "plan"
                )
            );
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>The mesh for a hello, or null and what to wait for.</summary>
    private PeerMesh? Find(Hello hello, out Task registered)
    {
        lock (_gate)
        {
            registered = _registered.Task;
            bool known = _runs.TryGetValue(hello.RunId, out var current);
            if (!known || hello.Generation > current.Number)
            {
                return null;
            }

            return hello.Generation == current.Number && current.Mesh is { } mesh
                ? mesh
                : throw new Refusal(
                    StatusCode.FailedPrecondition,
                    $"generation {hello.Generation} of run '{hello.RunId}' was found, "
                        + $"one above {current.Number - (current.Mesh is null ? 0 : 1)} is required; ask the coordinator for the newest "
                        + "plan"
                ).ToException();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly record struct Generation(long Number, PeerMesh? Mesh);
}
