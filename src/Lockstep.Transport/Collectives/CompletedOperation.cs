using Lockstep.Core.Collectives;

namespace Lockstep.Transport.Collectives;

/// <summary>An operation that was complete when it began.</summary>
internal sealed class CompletedOperation : IPendingOperation
{
    public static readonly CompletedOperation Instance = new();

    public void Wait() { }
}
