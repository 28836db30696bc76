namespace Lockstep.Transport.SharedMemory;

/// <summary>The right to touch memory of another process for one operation.</summary>
/// <param name="Slot">Word of the <see cref="GrantTable"/>.</param>
/// <param name="Number">The number of this use of the word.</param>
internal readonly record struct Grant(int Slot, int Number);
