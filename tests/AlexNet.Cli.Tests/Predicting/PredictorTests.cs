using AlexNet.Cli.Predicting;
using AlexNet.Data.Samples;

namespace AlexNet.Cli.Tests.Predicting;

public sealed class PredictorTests : IDisposable
{
    private static readonly string[] Good =
    [
        "colour.jpg",
        "colour.png",
        "colour.bmp",
        "lossy.webp",
        "cmyk.jpg",
        "grey.jpg",
        "alpha.png",
        "exif-6.jpg",
        "progressive.jpg",
    ];

    private readonly StoredRun _colour = new(),
        _grey = new(new("data.channels", 1), new("data.kind", "idx"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Predict_EveryFormatAndBrokenOnesAmongThem_AnswersEachInItsPlace(bool grey)
    {
        var run = grey ? _grey : _colour;
        using var net = run.Load();
        var predictor = new Predictor(net, run.Net.Recipe, run.Net.ClassNames);
        string[] files =
        [
            Fixture("colour.jpg"),
            Broken("empty.jpg", []),
            .. Good.Skip(1).Select(Fixture),
            Broken("text.png", "no picture"u8),
            run["missing.png"],
            Broken("half.jpg", Half("colour.jpg")),
        ];
        var predictions = predictor.Predict(files, 4, TenViews.Centre, 2, TestContext.Current.CancellationToken).ToList();

        Assert.Equal(files, predictions.Select(p => p.File));
        Assert.Equal(
            ["empty.jpg", "text.png", "missing.png", "half.jpg"],
            predictions.Where(p => p.Problem is not null).Select(p => Path.GetFileName(p.File))
        );
        Assert.All(predictions.Where(p => p.Problem is not null), p => Assert.Contains(p.File, p.Problem, StringComparison.Ordinal));
        foreach (var prediction in predictions.Where(p => p.Problem is null))
        {
            var alone = Assert.Single(predictor.Predict([prediction.File], 1, TenViews.Centre, 3, TestContext.Current.CancellationToken));
            Assert.Equal(1, alone.Best.Sum(b => b.Probability), 1e-6);
            Assert.Equal(alone.Best.OrderByDescending(b => b.Probability), alone.Best);
            Assert.Equal(
                alone.Best.Take(2).Select(b => (b.Name, Math.Round(b.Probability, 5))),
                prediction.Best.Select(b => (b.Name, Math.Round(b.Probability, 5)))
            );
        }
    }

    [Fact]
    public void Find_FilesAndDirectories_ListsThemInOrder()
    {
        Directory.CreateDirectory(_colour["pictures/more"]);
        foreach (string name in new[] { "pictures/b.jpg", "pictures/a.jpg", "pictures/more/c.jpg", "pictures/.hidden" })
            File.WriteAllText(_colour[name], "");
        Assert.Equal(
            ["x.jpg", _colour["pictures/a.jpg"], _colour["pictures/b.jpg"], _colour["pictures/more/c.jpg"]],
            PictureList.Find(["x.jpg", _colour["pictures"]])
        );
        Directory.CreateDirectory(_colour["nothing"]);
        Assert.Contains(
            "there is no file in",
            Assert.Throws<Lockstep.Core.Errors.BadInputException>(() => PictureList.Find([_colour["nothing"]])).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose()
    {
        _colour.Dispose();
        _grey.Dispose();
    }

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);

    private static byte[] Half(string name) => File.ReadAllBytes(Fixture(name)) is var whole ? whole[..(whole.Length / 2)] : [];

    private string Broken(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(_colour[name], content);
        return _colour[name];
    }
}
