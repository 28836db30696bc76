using System.Runtime.InteropServices;
using Lockstep.Transport.SharedMemory;

namespace Lockstep.Transport.Collectives;

/// <summary>Tells a member where the values of an all-reduce lie, and grants it to touch them; this is its form in a message.</summary>
/// <param name="Block">Number of the block; zero when the values lie elsewhere, so that they must travel as messages.</param>
/// <param name="Offset">The offset of the values in the block, in bytes.</param>
/// <param name="Bytes">Length of the values.</param>
/// <param name="Grant">What the member needs to enter.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct ArenaOffer(long Block, long Offset, long Bytes, Grant Grant);
