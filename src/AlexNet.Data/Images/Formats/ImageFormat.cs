namespace AlexNet.Data.Images.Formats;

/// <summary>The formats that are read.</summary>
internal enum ImageFormat
{
    Jpeg,
    Png,
    WebP,
    Bmp,
}
