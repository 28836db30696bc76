namespace Lockstep.Transport.Wire;

/// <summary>The phase of an algorithm that a message belongs to.</summary>
internal enum MessagePart
{
    /// <summary>A finished part, on its way into everybody's memory.</summary>
    Gather = 0,

    /// <summary>An addend, on its way to the member that sums it.</summary>
    Scatter = 1,

    /// <summary>Where a member's values lie in shared memory.</summary>
    Offer = 2,

    /// <summary>A member's part is summed in everybody's shared memory.</summary>
    Summed = 3,
}
