using System.Text;

namespace Lockstep.Core.Randomness;

/// <summary>
/// The random numbers of one purpose, addressed by element and never by a generator's position, so that placement changes nothing (law 1).
/// A stream is named by (seed, purpose, step or epoch, global sample index).
/// </summary>
public readonly struct RandomStream
{
    private const double UnitOf32Bits = 1.0 / 4294967296.0;

    private readonly uint _key0,
        _key1,
        _purpose,
        _step,
        _sample;

    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What is drawn, such as <c>weights/conv1</c>.</param>
    /// <param name="step">Step or epoch; 0 where neither matters.</param>
    /// <param name="sample">Global sample index; 0 where it does not matter.</param>
    public RandomStream(long seed, string purpose, long step = 0, long sample = 0)
    {
        (_key0, _key1) = ((uint)seed, (uint)(seed >> 32));
        _purpose = Fnv1a(purpose);
        (_step, _sample) = (checked((uint)step), checked((uint)sample));
    }

    private RandomStream(RandomStream other, uint step, uint sample)
    {
        this = other;
        (_step, _sample) = (step, sample);
    }

    /// <summary>
    /// The stream of the same seed and purpose at another step and sample; costs nothing, so that masks can be drawn per sample.
    /// </summary>
    public RandomStream At(long step, long sample) => new(this, checked((uint)step), checked((uint)sample));

    /// <summary>What names the stream of every step and sample: Philox's key, and the last word of its counter.</summary>
    public (uint Key0, uint Key1, uint Purpose) Words => (_key0, _key1, _purpose);

    /// <summary>The 32 random bits of one element.</summary>
    public uint Bits(long element)
    {
        var (w0, w1, w2, w3) = Block(element >> 2);
        return (element & 3) switch
        {
            0 => w0,
            1 => w1,
            2 => w2,
            _ => w3,
        };
    }

    /// <summary>A number in (0, 1), never one of its ends.</summary>
    public double Uniform(long element) => ToUnit(Bits(element));

    /// <summary>An integer in [0, <paramref name="bound"/>), by multiplication; its bias is below bound / 2^32.</summary>
    public int Integer(long element, int bound) => (int)(((ulong)Bits(element) * (uint)bound) >> 32);

    /// <summary>A draw from N(0, 1).</summary>
    public double Normal(long element) => NormalQuantile.Of(Uniform(element));

    /// <summary>Writes the 32 random bits of elements <paramref name="first"/> onwards.</summary>
    public void FillBits(Span<uint> destination, long first)
    {
        int i = 0;
        for (; i < destination.Length && ((first + i) & 3) != 0; i++)
            destination[i] = Bits(first + i);
        for (; i + 4 <= destination.Length; i += 4)
            (destination[i], destination[i + 1], destination[i + 2], destination[i + 3]) = Block((first + i) >> 2);
        for (; i < destination.Length; i++)
            destination[i] = Bits(first + i);
    }

    internal static double ToUnit(uint bits) => (bits + 0.5) * UnitOf32Bits;

    private (uint, uint, uint, uint) Block(long block) =>
        // a tensor has fewer than 2^34 elements, so the block index fits the first counter word
        Philox.Block(_key0, _key1, checked((uint)block), _sample, _step, _purpose);

    private static uint Fnv1a(string text)
    {
        uint hash = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 16777619;
        return hash;
    }
}
