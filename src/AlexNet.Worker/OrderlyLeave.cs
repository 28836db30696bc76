using AlexNet.Hosting;

namespace AlexNet.Worker;

/// <summary>A signal to one worker: it leaves at the next border between steps, and the others go on without it.</summary>
internal sealed class OrderlyLeave(Border border) : IOrderlyEnd
{
    public bool TryBegin() => border.TryAskToLeave();
}
