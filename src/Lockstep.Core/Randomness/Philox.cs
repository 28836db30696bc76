using System.Runtime.CompilerServices;

namespace Lockstep.Core.Randomness;

/// <summary>
/// The Philox 4x32-10 counter-based generator: a pure function from (key, counter) to four random words.
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// </summary>
public static class Philox
{
    /// <summary>What the counter's words are multiplied by.</summary>
    public const uint M0 = 0xD2511F53,
        M1 = 0xCD9E8D57;

    /// <summary>What the key's words grow by from round to round.</summary>
    public const uint W0 = 0x9E3779B9,
        W1 = 0xBB67AE85;

    public const int Rounds = 10;

    /// <summary>Four 32-bit words for one counter under one key; integer operations only, so equal on every machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint W0, uint W1, uint W2, uint W3) Block(uint key0, uint key1, uint c0, uint c1, uint c2, uint c3)
    {
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)M0 * c0;
            ulong p1 = (ulong)M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ key0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ key1, (uint)p0);
            key0 += W0;
            key1 += W1;
        }
        return (c0, c1, c2, c3);
    }
}
