using System.Text.Json;
using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Cluster.Tests;

/// <summary><c>alexnet data</c> over a folder of pictures, one of which is broken.</summary>
public sealed class DataCommandTests : IDisposable
{
    private const string Broken = "train/red/broken.bmp";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    public DataCommandTests()
    {
        foreach (string part in new[] { "train", "val" })
        {
            foreach (var (name, colour) in new[] { ("red", (byte)200), ("blue", (byte)50) })
            {
                for (int i = 0; i < 3; i++)
                    Picture(Path.Combine(part, name, $"{i}.bmp"), width: 30 + i, height: 20, colour);
            }
        }
    }

    private string Data => _folder["data"];

    [Fact]
    public async Task Pictures_are_counted_shown_and_packed_and_the_packed_set_is_the_same_set()
    {
        var info = Assert.Single(await EventsAsync(ExitCodes.Done, ["info", .. Set(Data)]));
        Assert.Equal(["blue", "red"], Texts(info.GetProperty("classes")));
        Assert.Equal((6, 6), (Count(info, "train"), Count(info, "test")));
        Assert.Equal([30, 31, 32], info.GetProperty("train").GetProperty("widths").EnumerateArray().Select(w => w.GetInt32()));
        Assert.Equal(125 / 255.0, info.GetProperty("mean")[0].GetDouble(), 2e-3); // half the pictures have 200, half 50

        var shown = Assert.Single(
            await EventsAsync(ExitCodes.Done, ["show", .. Set(Data), "--samples", "4", "--epochs", "2", "--out", _folder["sheet.png"]])
        );
        Assert.Equal(4, shown.GetProperty("samples").GetInt32());
        Assert.Equal("PNG"u8, File.ReadAllBytes(_folder["sheet.png"]).AsSpan(1, 3));

        var packed = Assert.Single(await EventsAsync(ExitCodes.Done, ["pack", "flowers", "--data", Data, "--out", _folder["packed"]]));
        Assert.Equal(
            (6, 6, 2),
            (packed.GetProperty("train").GetInt32(), packed.GetProperty("test").GetInt32(), packed.GetProperty("classes").GetInt32())
        );
        var again = Assert.Single(await EventsAsync(ExitCodes.Done, ["info", .. Set(_folder["packed"])]));
        Assert.Equal(info.GetProperty("mean")[0].GetDouble(), again.GetProperty("mean")[0].GetDouble(), 1e-6);
        Assert.Equal(Texts(info.GetProperty("classes")), Texts(again.GetProperty("classes")));
    }

    [Fact]
    public async Task A_broken_picture_is_named_listed_and_left_out()
    {
        File.WriteAllBytes(Path.Combine(Data, Broken), File.ReadAllBytes(Path.Combine(Data, "train/red/0.bmp"))[..60]);
        var info = Assert.Single(await EventsAsync(ExitCodes.BadInput, ["info", .. Set(Data)]));
        var named = Assert.Single(info.GetProperty("train").GetProperty("broken").EnumerateArray());
        Assert.EndsWith("broken.bmp", named.GetProperty("name").GetString(), StringComparison.Ordinal);

        await EventsAsync(ExitCodes.Done, ["info", .. Set(Data), "--broken", _folder["broken.txt"]]);
        Assert.Equal([named.GetProperty("name").GetString()!], File.ReadAllLines(_folder["broken.txt"]));

        var left = Assert.Single(await EventsAsync(ExitCodes.Done, ["info", .. Set(Data), "--set", $"data.skip={_folder["broken.txt"]}"]));
        Assert.Equal(6, Count(left, "train"));
    }

    [Theory]
    [InlineData("name a recipe of 'data.kind' images", "pack", "quickstart", "--data", ".", "--out", "packed")]
    [InlineData("'/nowhere' is not a directory", "pack", "--data", "/nowhere", "--out", "packed")]
    [InlineData("--samples is 0", "show", "quickstart", "--samples", "0", "--out", "sheet.png")]
    [InlineData("sheet.gif", "show", "quickstart", "--out", "sheet.gif")]
    [InlineData("nonsense", "download", "nonsense")]
    public async Task What_cannot_be_done_is_refused_with_its_remedy(string expected, params string[] arguments)
    {
        await using var alexnet = ProgramProcess.Start(ProgramProcess.Beside("alexnet"), ["data", .. arguments]);
        Assert.NotEqual(ExitCodes.Done, await alexnet.ExitCodeAsync(Deadline));
        Assert.Contains(expected, alexnet.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Set(string directory) =>
        ["flowers", "--data", directory, "--set", "data.classes=2", "--set", "net.layers.fc8.outputs=2"];

    private static int Count(JsonElement info, string part) => info.GetProperty(part).GetProperty("count").GetInt32();

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(t => t.GetString() ?? "");

    private static async Task<IReadOnlyList<JsonElement>> EventsAsync(int exitCode, IEnumerable<string> arguments)
    {
        await using var alexnet = AlexnetProcess.Start(["data", .. arguments, "--output", "json"]);
        int found = await alexnet.ExitCodeAsync(Deadline);
        Assert.True(exitCode == found, $"exit code {found}: {alexnet.Error}");
        return alexnet.Events;
    }

    /// <summary>A BMP file of one grey.</summary>
    private void Picture(string name, int width, int height, byte grey)
    {
        string path = Path.Combine(Data, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        const int header = 54;
        int row = (3 * width + 3) / 4 * 4; // padded to four bytes
        using var file = new BinaryWriter(File.Create(path));
        file.Write("BM"u8);
        foreach (int value in new[] { header + row * height, 0, header, 40, width, height, 24 << 16 | 1, 0, row * height, 0, 0, 0, 0 })
            file.Write(value);
        file.Write(Enumerable.Repeat(grey, row * height).ToArray());
    }
}
