using Lockstep.Coordinator.Turns;
using Lockstep.Coordinator.Workers;
using Lockstep.Core.Machines;
using Lockstep.Protocol.V1;
using Checkup = Lockstep.Core.Machines.Checkup;
using PeerSpeed = Lockstep.Core.Machines.PeerSpeed;

namespace Lockstep.Coordinator.Generations;

/// <summary>Compares what workers have found of their machines and links, and tells each finding once.</summary>
internal sealed class CheckupTeller(Turn turn)
{
    private readonly SortedDictionary<string, CheckedMachine> _machines = new(StringComparer.Ordinal); // by host
    private readonly HashSet<string> _told = [];

    /// <summary>Whether a worker of this machine has told what it found.</summary>
    public bool Knows(string host) => _machines.ContainsKey(host);

    /// <summary>A worker tells what it found; what it did not measure, another of its machine has.</summary>
    public void Take(WorkerSession session, Protocol.V1.Checkup told)
    {
        var (id, host) = (session.Worker.Id, session.Worker.Host);
        double? before = _machines.GetValueOrDefault(host)?.Checkup.DiskSpeed,
            now = told.HasDiskSpeed ? told.DiskSpeed : null;
        var checkup = new Checkup
        {
            FreeMemory = told.HasFreeMemory ? told.FreeMemory : null,
            DiskSpeed = (before, now) is ({ } a, { } b) ? a + b : now ?? before, // workers of a machine measure at once, and share it
            ClockAhead = told.ClockAhead,
            ClockError = told.ClockError,
        };
        _machines[host] = new(id, host, checkup);
        Tell(CheckupFindings.Of([.. _machines.Values]));
    }

    /// <summary>Compares the links that the members of a generation have measured, in the order of their ranks.</summary>
    public void Compare(IReadOnlyList<WorkerSession> members)
    {
        if (members.Any(m => m.PeerSpeeds.Count > 0))
        {
            Tell(
                CheckupFindings.OfLinks(
                    [.. members.Select(m => m.Worker.Id)],
                    [.. members.Select(m => m.PeerSpeeds.Select(p => new PeerSpeed(p.Rank, p.Seconds, p.BytesPerSecond)).ToList())]
                )
            );
        }
    }

    private void Tell(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings.Where(f => _told.Add(f.Key)))
        {
            var noticed = new Noticed { WorkerId = finding.Worker, Message = finding.Sentence };
            turn.Tell(new RunEvent { Noticed = noticed });
        }
    }
}
