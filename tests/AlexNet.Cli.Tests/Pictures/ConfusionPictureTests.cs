using AlexNet.Cli.Evaluating;
using AlexNet.Cli.Pictures;
using AlexNet.Cli.Tests.Evaluating;
using AlexNet.Testing;
using Lockstep.Tests.Pictures;

namespace AlexNet.Cli.Tests.Pictures;

public sealed class ConfusionPictureTests : IDisposable
{
    private const string All = "#08306b"; // the colour of a whole row in one cell
    private const int ScaleWidth = 190; // beside the cells

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Write_ThreeClasses_FillsTheCellsThatWereCounted()
    {
        // cat is right, dog has no sample, emu is always taken for cat
        ConfusionPicture.Write(_folder["confusion.png"], Reports.Of(["cat", "dog", "emu"], (0, 0), (0, 0), (2, 0), (2, 0)));
        using var pixels = new Pixels(_folder["confusion.png"]);
        int cell = MatrixLayout.For(3).Cell;
        var dark = pixels.Where(All).Where(p => p.X < pixels.Width - ScaleWidth).ToList();
        var (left, right, top, bottom) = (dark.Min(p => p.X), dark.Max(p => p.X), dark.Min(p => p.Y), dark.Max(p => p.Y));
        Assert.InRange(right - left + 1, cell - 2, cell + 2); // one column
        Assert.InRange(bottom - top + 1, 3 * cell - 2, 3 * cell + 2); // from the first row to the last
        Assert.Equal(((byte)255, (byte)255, (byte)255), pixels[left + cell / 2, top + cell + cell / 2]); // with nothing in the row between
        Assert.Contains(dark, p => p.Y < top + cell);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(50)]
    [InlineData(102)]
    [InlineData(365)]
    [InlineData(1000)]
    public void Write_AnyNumberOfClasses_HasADotForEachCellAtLeast(int classes)
    {
        ConfusionPicture.Write(_folder["confusion.png"], Reports.Many(classes));
        using var pixels = new Pixels(_folder["confusion.png"]);
        Assert.InRange(pixels.Width, Math.Max(400, classes), 2400);
        Assert.InRange(pixels.Height, classes, 2400);
    }

    public void Dispose() => _folder.Dispose();
}
