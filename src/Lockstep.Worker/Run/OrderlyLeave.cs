using Lockstep.Hosting.Ending;
using Lockstep.Worker.Control;

namespace Lockstep.Worker.Run;

/// <summary>
/// A signal to one worker: where it trains, it leaves at the next border between steps, and the others go on without it. Where it does not,
/// it holds nothing that must be saved, and ends at once with the same code.
/// </summary>
internal sealed class OrderlyLeave(Border border, WorkerOutcome outcome) : IOrderlyEnd
{
    public bool TryEndInOrder()
    {
        bool waits = border.TryAskToLeave();
        if (!waits)
            outcome.LeaveAtOnce();
        return waits;
    }
}
