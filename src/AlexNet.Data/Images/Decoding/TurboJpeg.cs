using System.Runtime.InteropServices;

namespace AlexNet.Data.Images.Decoding;

/// <summary>
/// libjpeg-turbo, where the machine has it (Debian: <c>libturbojpeg0</c>). It decodes with vector instructions, which the library inside
/// SkiaSharp was built without, and to the same bytes: both compute the accurate inverse transform and the interpolation of colours in
/// whole numbers (a file that is damaged in ways that no decoder notices may overflow them differently).
/// </summary>
internal sealed unsafe partial class TurboJpeg : SafeHandle
{
    private const string Library = "libturbojpeg.so.0";

    /// <summary>Red, green, blue, and one byte more.</summary>
    private const int Rgbx = 2;

    /// <summary>The accurate inverse transform, and no more than 500 scans.</summary>
    private const int AccurateTransform = 4096,
        LimitedScans = 32768;

    private TurboJpeg(IntPtr handle)
        : base(IntPtr.Zero, ownsHandle: true) => SetHandle(handle);

    /// <summary>Whether the machine has it.</summary>
    public static bool IsPresent { get; } = NativeLibrary.TryLoad(Library, out _);

    public override bool IsInvalid => handle == IntPtr.Zero;

    /// <summary>A decoder for one thread at a time.</summary>
    public static TurboJpeg Create() => new(tjInitDecompress());

    /// <summary>Decodes a whole image; false on an error and on any warning, so that one decoder alone decides what is damaged.</summary>
    /// <param name="content">The file.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="pixels">width x height x 4 bytes.</param>
    /// <param name="width">The width of the image, as shrunk.</param>
    /// <param name="height">The height of the image, as shrunk.</param>
    public bool TryDecode(byte* content, int bytes, byte* pixels, int width, int height) =>
        tjDecompress2(handle, content, new CULong((uint)bytes), pixels, width, 0, height, Rgbx, AccurateTransform | LimitedScans) == 0;

    protected override bool ReleaseHandle() => tjDestroy(handle) == 0;

    [LibraryImport(Library)]
    private static partial IntPtr tjInitDecompress();

    [LibraryImport(Library)]
    private static partial int tjDestroy(IntPtr handle);

    [LibraryImport(Library)]
    private static partial int tjDecompress2(
        IntPtr handle,
        byte* content,
        CULong bytes,
        byte* pixels,
        int width,
        int pitch,
        int height,
        int format,
        int flags
    );
}
