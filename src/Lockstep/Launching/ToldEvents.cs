using Lockstep.Protocol.V1;

namespace Lockstep.Launching;

/// <summary>Tells what is new in an event stream from what a coordinator that took the run over tells again.</summary>
internal sealed class ToldEvents
{
    private long _step,
        _epochStep,
        _generation;
    private bool _started;

    /// <summary>Whether nothing like this has been told before.</summary>
    public bool IsNew(RunEvent entry) =>
        entry.EventCase switch
        {
            RunEvent.EventOneofCase.Started => Begin(entry.Started),
            RunEvent.EventOneofCase.Generation => Begin(entry.Generation),
            RunEvent.EventOneofCase.Step => Raise(ref _step, entry.Step.Step),
            RunEvent.EventOneofCase.Epoch => Raise(ref _epochStep, entry.Epoch.Step),
            _ => true,
        };

    private bool Begin(Started started)
    {
        bool isNew = !_started;
        (_started, _generation) = (true, Math.Max(_generation, started.Generation));
        return isNew;
    }

    /// <summary>A new generation may go back to a checkpoint, and make steps anew.</summary>
    private bool Begin(GenerationBegun begun)
    {
        if (!Raise(ref _generation, begun.Generation))
            return false;
        (_step, _epochStep) = (Math.Min(_step, begun.StartStep), Math.Min(_epochStep, begun.StartStep));
        return true;
    }

    private static bool Raise(ref long last, long next)
    {
        bool isNew = next > last;
        last = Math.Max(last, next);
        return isNew;
    }
}
