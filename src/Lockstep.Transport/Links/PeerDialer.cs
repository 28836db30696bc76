using Grpc.Core;
using Grpc.Net.Client;
using Lockstep.Core.Errors;
using Lockstep.Protocol.V1;
using Lockstep.Transport.SharedMemory;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Links;

/// <summary>
/// Opens the stream to a peer of lower rank and runs it: 1. connect; 2. say hello; 3. hear the peer's hello, and take the shared memory
/// that it handed over; 4. run the link to its end.
/// A passing fault in the first three begins anew after a pause; a refusal does not.
/// </summary>
internal sealed class PeerDialer(IMesh mesh, PeerLink link, LinkMessage greeting, DoorbellPorter? porter)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private SharedPair? _pair;
    private bool _hasToldOfName;

    public async Task RunAsync()
    {
        using var channel = PeerChannel.Open(link.Peer.PeerAddress, mesh.Options);
        using var call = await DialAsync(channel);
        if (call is null || !link.TryAttach())
        {
            return;
        }

        if (_pair is { } pair && pair.TryClaim())
        {
            await link.RunSharedAsync(pair);
        }
        else
        {
            await link.RunAsync(call.ResponseStream, call.RequestStream, greeting: null, call.RequestStream.CompleteAsync);
        }
    }

    /// <summary>Dials until the peer answers; null when the link was given up meanwhile.</summary>
    private async Task<AsyncDuplexStreamingCall<LinkMessage, LinkMessage>?> DialAsync(GrpcChannel channel)
    {
        for (var pause = FirstPause; !link.Stopping.IsCancellationRequested; pause = Min(2 * pause, LongestPause))
        {
            try
            {
                return await GreetAsync(channel);
            }
            catch (Exception e) when (!link.Stopping.IsCancellationRequested)
            {
                link.Fault = LinkFault.Describe(e);
                mesh.Log.DialFailed(link.Peer, link.Fault);
                TellOfName(e);
                if (TransportChoice.IsImpossible(e))
                {
                    mesh.Impossible = ((RpcException)e).Status.Detail;
                }

                if (IsRefusal(e))
                {
                    link.Lose(new(link.Peer, $"{link.Peer.PeerAddress} refused the connection: {link.Fault}", e));
                    return null;
                }
            }
            catch (Exception)
            {
                return null;
            }

            await Task.Delay(pause, link.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    /// <summary>An engine may give a worker's name its address later than the worker its place: who waits says for what.</summary>
    private void TellOfName(Exception e)
    {
        if (_hasToldOfName || !UnresolvedName.Is(e is RpcException rpc ? rpc.Status.DebugException : e))
        {
            return;
        }

        _hasToldOfName = true;
        mesh.Log.NameUnresolved(new Uri(link.Peer.PeerAddress).Host, link.Peer, mesh.Plan.Deadline.TotalSeconds);
    }

    private async Task<AsyncDuplexStreamingCall<LinkMessage, LinkMessage>> GreetAsync(GrpcChannel channel)
    {
        var call = channel
            .CreateCallInvoker()
            .AsyncDuplexStreamingCall(PeerMethod.Link, null, new CallOptions(mesh.Options.CallHeaders, cancellationToken: link.Stopping));
        try
        {
            await call.RequestStream.WriteAsync(greeting, link.Stopping);
            link.Fault = $"it has not joined generation {mesh.Plan.Generation}";
            if (!await call.ResponseStream.MoveNext(link.Stopping))
            {
                throw new RpcException(new(StatusCode.Unavailable, "the stream ended before a hello"));
            }

            if (CheckAnswer(call.ResponseStream.Current) is { } refusal)
            {
                throw refusal.ToException();
            }

            bool shared = call.ResponseStream.Current.Hello?.Transport == Hello.Types.Transport.SharedMemory;
            _pair = shared && porter is not null ? await porter.PairWith(link.Peer.Rank, link.Stopping) : null;
            return call;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    private Refusal? CheckAnswer(LinkMessage answer)
    {
        if (answer.Hello is not { } hello)
        {
            return answer.Refusal ?? Refusal.Malformed("no hello was found");
        }

        bool expected = hello.RunId == mesh.Plan.RunId && hello.Generation == mesh.Plan.Generation && hello.Rank == link.Peer.Rank;
        return expected
            ? null
            : Refusal.Malformed(
                $"rank {hello.Rank} of generation {hello.Generation} of run '{hello.RunId}' answered, another worker is required; check "
                    + "its address"
            );
    }

    private static bool IsRefusal(Exception e) =>
        e
            is RpcException
            {
                StatusCode: StatusCode.InvalidArgument
                    or StatusCode.Unauthenticated
                    or StatusCode.PermissionDenied
                    or StatusCode.FailedPrecondition
                    or StatusCode.Unimplemented
            };

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
