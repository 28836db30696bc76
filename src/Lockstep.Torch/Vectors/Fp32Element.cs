namespace Lockstep.Torch.Vectors;

/// <summary>fp32, as it is.</summary>
internal readonly unsafe struct Fp32Element : IElement
{
    public static int Bytes => sizeof(float);

    public static void Read(byte* from, float* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

    public static void Write(float* from, byte* to, int count) => new ReadOnlySpan<float>(from, count).CopyTo(new Span<float>(to, count));

    public static void Round(float* values, int count)
    {
        // it is fp32 already
    }
}
