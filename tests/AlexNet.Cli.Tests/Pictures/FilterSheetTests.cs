using AlexNet.Cli.Pictures;
using AlexNet.Recipes;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;
using Lockstep.Pictures;
using Lockstep.Tests.Pictures;

namespace AlexNet.Cli.Tests.Pictures;

public sealed class FilterSheetTests : IDisposable
{
    private const int Margin = 16,
        Gap = 4,
        TowerGap = 28,
        CaptionHeight = 36;
    private static readonly (byte, byte, byte) White = (255, 255, 255);

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(3, 2, 40, 5)] // colours, towers, filters of which the last row is short, pixels
    [InlineData(1, 1, 3, 11)] // grey, fewer filters than columns
    [InlineData(3, 2, 96, 11)] // the 2012 net
    public void Draw_AnyLayer_EveryWeightIsASquareOfItsColour(int channels, int towers, int filters, int kernel)
    {
        var layer = Layer(channels, towers, filters, kernel);
        float[] weights = [.. Enumerable.Range(0, filters * channels * kernel * kernel).Select(i => MathF.Sin(i * 0.7f) * (1 + i % 5))];
        var sheet = new FilterSheet(layer);
        PictureFile.Write(_folder["filters.png"], sheet.Width, sheet.Height, canvas => sheet.Draw(canvas, weights));
        using var pixels = new Pixels(_folder["filters.png"]);

        int scale = 44 / kernel,
            tile = kernel * scale,
            size = channels * kernel * kernel,
            top = Margin;
        for (int tower = 0; tower < towers; tower++)
        {
            var held = layer.OutputsOf(new Extent(tower, 1));
            if (towers > 1)
            {
                Assert.Contains(pixels.Where("#000000"), p => p.Y > top && p.Y < top + CaptionHeight); // the caption
                top += CaptionHeight;
            }

            for (int i = 0; i < held.Length; i++)
            {
                AssertTile(
                    pixels,
                    weights.AsSpan((held.Start + i) * size, size),
                    channels,
                    kernel,
                    scale,
                    Margin + i % 16 * (tile + Gap),
                    top + i / 16 * (tile + Gap)
                );
            }

            top += (held.Length + 15) / 16 * (tile + Gap) - Gap;
            if (tower + 1 < towers)
                Assert.All(Enumerable.Range(top, TowerGap), y => Assert.Equal(White, pixels[Margin + 1, y]));
            top += TowerGap;
        }
        Assert.Equal(top - TowerGap + Margin, pixels.Height);
        int tiles = Math.Min(16, filters / towers) * (tile + Gap) - Gap;
        int widest = towers == 1 ? tiles : Math.Max(tiles, 300); // or as wide as a caption
        Assert.InRange(pixels.Width, 2 * Margin + tiles, 2 * Margin + widest);
    }

    [Fact]
    public void Draw_NothingButZeros_IsGrey()
    {
        var layer = Layer(3, 1, 1, 3);
        var sheet = new FilterSheet(layer);
        PictureFile.Write(_folder["filters.png"], sheet.Width, sheet.Height, canvas => sheet.Draw(canvas, new float[27]));
        using var pixels = new Pixels(_folder["filters.png"]);
        Assert.Equal(((byte)128, (byte)128, (byte)128), pixels[Margin + 20, Margin + 20]);
    }

    [Fact]
    public void Write_ACheckpoint_DrawsItAndRefusesWhatIsNoFilter()
    {
        using var run = new StoredRun();
        FilterSheet.Write(run["filters.png"], run.Net.Recipe, run.Net.Checkpoint);
        using var pixels = new Pixels(run["filters.png"]);
        // two towers of two filters, which are less wide than their captions
        Assert.Equal(Margin * 2 + 2 * (42 + CaptionHeight) + TowerGap, pixels.Height);
        Assert.InRange(pixels.Width, Margin * 2 + 2 * 42 + Gap, 400);

        FilterSheet.Write(run["filters.svg"], run.Net.Recipe, run.Net.Checkpoint);
        string words = File.ReadAllText(run["filters.svg"]);
        Assert.Contains("tower 1: filters 1 to 2", words, StringComparison.Ordinal);
        Assert.Contains("tower 2: filters 3 to 4", words, StringComparison.Ordinal);

        var flat = run.Net.Recipe with { Net = run.Net.Recipe.Net with { Layers = [run.Net.Recipe.Net.Layers[1]] } };
        Assert.Contains(
            "'fc2', is not a convolution",
            Assert.Throws<BadInputException>(() => FilterSheet.Write(run["flat.png"], flat, run.Net.Checkpoint)).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertTile(Pixels pixels, ReadOnlySpan<float> filter, int channels, int kernel, int scale, int left, int top)
    {
        float largest = filter.ToArray().Max(Math.Abs);
        for (int i = 0; i < kernel * kernel; i++)
        {
            byte[] levels = [.. Enumerable.Range(0, channels).Select(Level(filter, i))];
            var expected = channels == 1 ? (levels[0], levels[0], levels[0]) : (levels[0], levels[1], levels[2]);
            var (x, y) = (left + i % kernel * scale, top + i / kernel * scale);
            Assert.Equal((expected, expected), (pixels[x, y], pixels[x + scale - 1, y + scale - 1])); // sharp to its corners
        }

        Func<int, byte> Level(ReadOnlySpan<float> filter, int i)
        {
            float[] copy = [.. filter];
            return channel => (byte)MathF.Round(128 + 127 * (copy[channel * kernel * kernel + i] / largest));
        }
    }

    private static LayerShape Layer(int channels, int towers, int filters, int kernel)
    {
        var conv = new ConvRecipe
        {
            Name = "conv1",
            Connect = Connect.All,
            Filters = filters,
            Kernel = kernel,
        };
        var map = new MapShape(filters, 8, 8);
        return new(0, conv, towers, new(channels, 32, 32), map, map, map);
    }
}
