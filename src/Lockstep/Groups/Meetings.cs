using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Protocol.V1;

namespace Lockstep.Groups;

/// <summary>How a member comes to know all others.</summary>
internal static class Meetings
{
    private static readonly RetryPolicy UntilThere = new()
    {
        MaxAttempts = 100_000, // the deadline of the call ends them
        InitialBackoff = TimeSpan.FromSeconds(0.1),
        MaxBackoff = TimeSpan.FromSeconds(1),
        BackoffMultiplier = 1.5,
        RetryableStatusCodes = { StatusCode.Unavailable },
    };

    /// <summary>Waits until all have come.</summary>
    /// <param name="options">Those of the group.</param>
    /// <param name="host">Where this member is reached.</param>
    /// <param name="desk">At member 0, the place of arrival.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="BadInputException">Member 0 refuses this one.</exception>
    /// <exception cref="TimeoutException">Somebody did not come.</exception>
    public static async Task<Meeting> WaitAsync(GroupOptions options, GroupHost host, RendezvousDesk? desk, CancellationToken cancellation)
    {
        var arrival = new Arrival
        {
            Version = ProgramVersion.Current,
            Rank = options.Rank,
            Size = options.Size,
            Host = Environment.MachineName,
            ProcessId = Environment.ProcessId,
            PeerAddress = host.Address.ToString(),
        };
        return desk is null
            ? await CallAsync(options, arrival, host.Access, cancellation)
            : await HostAsync(options, arrival, desk, cancellation);
    }

    private static async Task<Meeting> HostAsync(GroupOptions options, Arrival arrival, RendezvousDesk desk, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.JoinTimeout);
        try
        {
            return await desk.ArriveAsync(arrival, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            string missing = string.Join(", ", desk.Missing.Where(rank => rank != options.Rank));
            throw new TimeoutException(
                $"of the {options.Size} members of the group, {missing} did not come to "
                    + $"{options.Rendezvous} within {options.JoinTimeout.TotalSeconds:0} s; start all of them, with the same token."
            );
        }
    }

    private static async Task<Meeting> CallAsync(
        GroupOptions options,
        Arrival arrival,
        ControlAccess access,
        CancellationToken cancellation
    )
    {
        var address = options.Rendezvous ?? throw new ArgumentException("the group has no rendezvous.", nameof(options));
        using var channel = ControlChannel.To(address, access, Roles.Worker, UntilThere);
        try
        {
            return await new Rendezvous.RendezvousClient(channel).MeetAsync(
                arrival,
                deadline: DateTime.UtcNow + options.JoinTimeout,
                cancellationToken: cancellation
            );
        }
        catch (RpcException e) when (!cancellation.IsCancellationRequested)
        {
            throw e.StatusCode switch
            {
                StatusCode.FailedPrecondition => new BadInputException(e.Status.Detail),
                StatusCode.Unauthenticated or StatusCode.PermissionDenied => new BadInputException(
                    $"member 0 at {address} refuses member {options.Rank}; give both the same {Settings.VariableOf("token")}."
                ),
                _ => new TimeoutException(
                    $"the {options.Size} members of the group did not all come to {address} within {options.JoinTimeout.TotalSeconds:0} s "
                        + $"({e.Status.Detail.TrimEnd('.')}); start all of them, member 0 among them."
                ),
            };
        }
    }
}
