namespace AlexNet.Data.Images.Decoding;

/// <summary>Who decodes JPEG files; the bytes are the same.</summary>
public enum JpegDecoder
{
    /// <summary>libjpeg-turbo where the machine has it, SkiaSharp otherwise.</summary>
    Auto,

    /// <summary>SkiaSharp, which is always there.</summary>
    Skia,
}
