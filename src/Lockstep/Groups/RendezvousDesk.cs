using System.Security.Cryptography;
using Grpc.Core;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Groups;

/// <summary>Where the members of a group arrive; when the last has come, all learn of each other. Safe for any thread.</summary>
/// <param name="size">The number of members.</param>
internal sealed class RendezvousDesk(int size)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Arrival> _arrived = [];
    private readonly TaskCompletionSource<Meeting> _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ranks that have not come.</summary>
    public IReadOnlyList<int> Missing
    {
        get
        {
            lock (_gate)
                return [.. Enumerable.Range(0, size).Where(rank => !_arrived.ContainsKey(rank))];
        }
    }

    /// <summary>A member arrives, and waits for the others.</summary>
    /// <param name="arrival">What it says of itself.</param>
    /// <param name="left">It waits no longer, and has not come.</param>
    /// <exception cref="RpcException">It cannot be a member of this group; why.</exception>
    public async Task<Meeting> ArriveAsync(Arrival arrival, CancellationToken left)
    {
        lock (_gate)
        {
            if (Problem(arrival) is { } problem)
                throw new RpcException(new Status(StatusCode.FailedPrecondition, problem));
            _arrived.Add(arrival.Rank, arrival);
            if (_arrived.Count == size)
                _complete.SetResult(MeetingOf(_arrived.Values));
        }

        try
        {
            return await _complete.Task.WaitAsync(left);
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                if (!_complete.Task.IsCompleted)
                    _arrived.Remove(arrival.Rank);
            }

            throw;
        }
    }

    private string? Problem(Arrival arrival) =>
        arrival.Version != ProgramVersion.Current
            ? $"member {arrival.Rank} is of version {arrival.Version}, and member 0 of {ProgramVersion.Current}; start all from one build."
        : arrival.Size != size
            ? $"member {arrival.Rank} was told that the group has {arrival.Size} members, and member 0 {size}; tell all the same."
        : arrival.Rank < 0 || arrival.Rank >= size ? $"rank {arrival.Rank} was found; in a group of {size} it must be 0 to {size - 1}."
        : _arrived.TryGetValue(arrival.Rank, out var other)
            ? $"rank {arrival.Rank} is process {other.ProcessId} on {other.Host} already; give each member a rank of its own."
        : null;

    private static Meeting MeetingOf(IEnumerable<Arrival> members) =>
        new()
        {
            GroupId = $"group-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}",
            PeerToken = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Members = { members.OrderBy(m => m.Rank) },
        };
}
