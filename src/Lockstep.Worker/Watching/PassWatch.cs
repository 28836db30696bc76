using Lockstep.Protocol.V1;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Trainables;

namespace Lockstep.Worker.Watching;

/// <summary>Follows one pass through the trainable: books forward and backward apart, and hands complete gradients on.</summary>
internal sealed class PassWatch(StepWatch watch, Exchange exchange, Action<GradientGroup> complete, bool hears) : IPassProgress
{
    private bool _hasTurned;

    public bool Hears => hears;

    /// <summary>The pass begins.</summary>
    public void Begin() => watch.Enter(Phase.Forward);

    public void Turned()
    {
        watch.Clock.Forward(exchange.TakeWaited());
        watch.Enter(Phase.Backward);
        _hasTurned = true;
    }

    public void Finished(GradientGroup group) => complete(group);

    /// <summary>The pass has ended; all of it was forward where the trainable has not said when it turned.</summary>
    public void End()
    {
        if (_hasTurned)
            watch.Clock.Backward(exchange.TakeWaited());
        else
            watch.Clock.Forward(exchange.TakeWaited());
    }
}
