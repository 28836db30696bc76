using AlexNet.Core.Collectives;

namespace AlexNet.Transport.Collectives;

/// <summary>An operation that was complete when it began.</summary>
internal sealed class CompletedOperation : IPendingOperation
{
    public static readonly CompletedOperation Instance = new();

    public void Wait()
    {
    }
}
