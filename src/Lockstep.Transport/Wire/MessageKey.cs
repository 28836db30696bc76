using Lockstep.Core.Collectives;

namespace Lockstep.Transport.Wire;

/// <summary>Names one message from one worker to another.</summary>
internal readonly record struct MessageKey(Operation Operation, MessagePart Part)
{
    public override string ToString() => $"{Operation} ({Part.ToString().ToLowerInvariant()})";
}
