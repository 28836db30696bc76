namespace Lockstep.Core.Collectives;

/// <summary>A collective operation under way. The memory it was given stays lent until <see cref="Wait"/> has returned or thrown.</summary>
public interface IPendingOperation
{
    /// <summary>
    /// Blocks until the operation is complete here: everything received, and everything sent handed to the connection.
    /// </summary>
    /// <exception cref="PeerLostException">A member is gone, or did not come before the deadline; the message names it.</exception>
    void Wait();
}
