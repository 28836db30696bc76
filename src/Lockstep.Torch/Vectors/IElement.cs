namespace Lockstep.Torch.Vectors;

/// <summary>A type of tensor element, read into fp32 and written from it.</summary>
internal unsafe interface IElement
{
    /// <summary>Size of one element in bytes.</summary>
    static abstract int Bytes { get; }

    /// <summary>Reads <paramref name="count"/> elements.</summary>
    static abstract void Read(byte* from, float* to, int count);

    /// <summary>Writes <paramref name="count"/> elements, rounded to the nearest, ties to even.</summary>
    static abstract void Write(float* from, byte* to, int count);

    /// <summary>Rounds in place to what <see cref="Write"/> and <see cref="Read"/> would leave.</summary>
    static abstract void Round(float* values, int count);
}
