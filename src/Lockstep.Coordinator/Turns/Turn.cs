using Lockstep.Coordinator.Workers;
using Lockstep.Core.Membership;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Turns;

/// <summary>One turn of the run's loop: the moment at which it is taken, and what it has decided to do, in order.</summary>
internal sealed class Turn
{
    private List<RunEffect> _effects = [];

    /// <summary>On the coordinator's steady clock.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>A turn begins; what one before it had decided on when it broke is not done.</summary>
    public void Begin(DateTimeOffset now) => (Now, _effects) = (now, []);

    /// <summary>What is to be done, in order; the next turn has decided on nothing yet.</summary>
    public IReadOnlyList<RunEffect> End()
    {
        var effects = _effects;
        _effects = [];
        return effects;
    }

    public void Do(RunEffect effect) => _effects.Add(effect);

    public void Send(WorkerSession to, CoordinatorMessage message) => Do(new Send(to, message));

    public void Send(IEnumerable<WorkerSession> to, CoordinatorMessage message)
    {
        foreach (var session in to)
            Send(session, message);
    }

    public void HangUp(WorkerSession session) => Do(new HangUp(session));

    public void Tell(RunEvent entry) => Do(new Tell(entry));

    /// <summary>Tells what a worker has become.</summary>
    public void Tell(WorkerSnapshot worker, string message) =>
        Tell(
            new RunEvent
            {
                Worker = new WorkerChanged
                {
                    WorkerId = worker.Id,
                    Host = worker.Host,
                    ProcessId = worker.ProcessId,
                    Stage = worker.Stage.ToWire(),
                    Message = message,
                },
            }
        );

    /// <summary>Tells where the run stands.</summary>
    public void Tell(RunState state, string reason) =>
        Tell(
            new RunEvent
            {
                State = new StateChanged { State = state.ToWire(), Reason = reason },
            }
        );
}
