using Lockstep.Core.Randomness;

namespace AlexNet.Data.Generated;

/// <summary>
/// The numbers of one picture's stream, one after the other; each picture starts at element 0, so its neighbours do not matter.
/// </summary>
internal ref struct Draws(RandomStream stream)
{
    private long _next;

    /// <summary>An integer in [<paramref name="low"/>, <paramref name="high"/>], both included.</summary>
    public int Integer(int low, int high) => low + stream.Integer(_next++, high - low + 1);

    /// <summary>A number between <paramref name="low"/> and <paramref name="high"/>.</summary>
    public double Between(double low, double high) => low + (high - low) * stream.Uniform(_next++);

    public bool Coin() => Integer(0, 1) == 1;

    public Colour Colour(int low, int high) => new(Integer(low, high), Integer(low, high), Integer(low, high));

    /// <summary>A colour near another.</summary>
    public Colour Near(Colour colour, int reach) => colour.Moved(Integer(-reach, reach), Integer(-reach, reach), Integer(-reach, reach));
}
