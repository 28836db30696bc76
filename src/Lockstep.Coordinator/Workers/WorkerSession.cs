using System.Threading.Channels;
using Lockstep.Core.Membership;
using Lockstep.Core.Reductions;
using Lockstep.Core.Runs;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Workers;

/// <summary>One worker's end of the control stream: what is known of it, and what is still to be sent to it.</summary>
internal sealed class WorkerSession(WorkerSnapshot worker)
{
    private readonly Channel<CoordinatorMessage> _outgoing = Channel.CreateUnbounded<CoordinatorMessage>();

    /// <summary>Replaced by the run's loop alone.</summary>
    public WorkerSnapshot Worker { get; set; } = worker;

    /// <summary>False before its stream has begun and once it has ended.</summary>
    public bool Connected { get; set; } = true;

    /// <summary>What carries tensors from it to each rank of the plan, once it is ready.</summary>
    public IReadOnlyList<Link.Types.Transport> Transports { get; set; } = [];

    /// <summary>Where it computes; empty where that is not known yet.</summary>
    public string Device { get; init; } = "";

    /// <summary>What decides its last bits; null before it has joined.</summary>
    public RunEnvironment? Environment { get; init; }

    /// <summary>What it has measured of itself; nothing where it was not asked to.</summary>
    public WorkerSpeed Speed { get; set; }

    /// <summary>What it has measured of the links to its neighbours; none but in the first generation.</summary>
    public IReadOnlyList<PeerSpeed> PeerSpeeds { get; set; } = [];

    /// <summary>What it said last, signs of life and of standing still included; null before its first word after joining.</summary>
    public WorkerMessage? LastMessage { get; private set; }

    /// <summary>When it said that, or joined.</summary>
    public DateTimeOffset LastHeard { get; private set; }

    public ChannelReader<CoordinatorMessage> Outgoing => _outgoing.Reader;

    /// <summary>It has said something; null for having joined.</summary>
    public void Hear(WorkerMessage? message, DateTimeOffset now) => (LastMessage, LastHeard) = (message, now);

    public void Send(CoordinatorMessage message) => _outgoing.Writer.TryWrite(message);

    /// <summary>Nothing more is sent: the stream ends once everything before has gone out.</summary>
    public void Complete() => _outgoing.Writer.TryComplete();
}
