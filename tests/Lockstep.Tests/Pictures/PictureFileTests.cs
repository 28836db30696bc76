using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Pictures;
using SkiaSharp;

namespace Lockstep.Tests.Pictures;

public sealed class PictureFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_AnotherExtension_SaysWhichAreWritten() =>
        Assert.Contains(
            "ends in '.jpg'; pictures are written as .png or .svg",
            Assert.Throws<BadInputException>(() => PictureFile.Write(_folder["x.jpg"], 2, 2, _ => { })).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Write_Png_IsWhiteWhereNothingIsDrawn()
    {
        PictureFile.Write(_folder["new/x.PNG"], 3, 2, canvas =>
            canvas.DrawRect(1, 0, 1, 1, new SKPaint { Color = SKColors.Red, IsAntialias = false })
        );
        using var pixels = new Pixels(_folder["new/x.PNG"]);
        Assert.Equal((3, 2), (pixels.Width, pixels.Height));
        Assert.Equal([(1, 0)], pixels.Where("#ff0000"));
        Assert.Equal(5, pixels.Where("#ffffff").Count);
    }

    [Fact]
    public void WidthOf_Letters_ComesFromOurTypeface()
    {
        Assert.Equal(0, PictureFont.WidthOf("", 12));
        Assert.InRange(PictureFont.WidthOf("daisy", 100), 200, 300); // a machine without fonts would say 0
        Assert.True(PictureFont.WidthOf("WWW", 12) > PictureFont.WidthOf("iii", 12));
    }

    public void Dispose() => _folder.Dispose();
}
