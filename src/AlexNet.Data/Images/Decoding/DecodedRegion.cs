namespace AlexNet.Data.Images.Decoding;

/// <summary>The decoded part of an image, four bytes a pixel: red, green, blue, alpha.</summary>
/// <param name="pixels">The first pixel that resampling needs.</param>
/// <param name="stride">Bytes from one row to the next.</param>
internal readonly unsafe struct DecodedRegion(byte* pixels, int stride)
{
    public byte* Pixels => pixels;

    public int Stride => stride;
}
