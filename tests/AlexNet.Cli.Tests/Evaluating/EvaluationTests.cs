using AlexNet.Cli.Evaluating;
using AlexNet.Data.Folders;
using AlexNet.Data.Samples;
using SkiaSharp;
using TorchSharp;

namespace AlexNet.Cli.Tests.Evaluating;

public sealed class EvaluationTests : IDisposable
{
    private const int Picture = 16,
        Size = 12; // of the file, and of what the net sees

    private readonly StoredRun _run = new();

    [Fact]
    public void Run_TenViews_IsTheMeanOfTenPicturesCutByHand()
    {
        using var net = _run.Load();
        string[] files = [Save("a.png", 3), Save("b.png", 4), Save("c.png", 5)];
        var pictures = new PictureFiles(files, _run.Net.Recipe.Data, seed: 0);
        var scores = new Evaluation(net, pictures, batch: 2, TenViews.All).Run(TestContext.Current.CancellationToken).ToList();

        Assert.Equal([0, 1, 2], scores.Select(s => s.Index));
        for (int i = 0; i < files.Length; i++)
            AssertClose(MeanOfTen(net, 3 + i), scores[i]);
    }

    [Fact]
    public void Run_OneView_IsTheMiddle()
    {
        using var net = _run.Load();
        var pictures = new PictureFiles([Save("a.png", 3)], _run.Net.Recipe.Data, seed: 0);
        var score = Assert.Single(new Evaluation(net, pictures, batch: 4, TenViews.Centre).Run(TestContext.Current.CancellationToken));
        AssertClose([.. net.LogProbabilities(Cut(3, 2, 2, mirrored: false), 1).Select(l => Math.Exp(l))], score);
    }

    [Fact]
    public void Run_AnyNumberOfThreads_GivesTheSameBits()
    {
        using var net = _run.Load();
        var pictures = new PictureFiles([.. Enumerable.Range(0, 9).Select(i => Save($"{i}.png", i))], _run.Net.Recipe.Data, seed: 0);
        int threads = torch.get_num_threads();
        try
        {
            var runs = new[] { 1, 2, 5 }.Select(Scored).ToList();
            Assert.All(runs, run => Assert.Equal(runs[0], run));
        }
        finally
        {
            torch.set_num_threads(threads);
        }

        List<(int, double)> Scored(int count)
        {
            torch.set_num_threads(count);
            var scores = new Evaluation(net, pictures, batch: 4, TenViews.All).Run(TestContext.Current.CancellationToken);
            return [.. scores.SelectMany(s => s.LogProbabilities.ToArray().Select(l => (s.Index, l)))];
        }
    }

    public void Dispose() => _run.Dispose();

    private static void AssertClose(double[] expected, Scores scores) =>
        Assert.Equal(expected, scores.LogProbabilities.ToArray().Select(l => Math.Exp(l)), (x, y) => Math.Abs(x - y) < 1e-6);

    private static double[] MeanOfTen(Net.Trained.TrainedNet net, int picture)
    {
        double[] mean = new double[StoredRun.Classes.Length];
        foreach (var (left, top) in new[] { (0, 0), (4, 0), (0, 4), (4, 4), (2, 2) })
        {
            foreach (bool mirrored in new[] { false, true })
            {
                float[] logs = net.LogProbabilities(Cut(picture, left, top, mirrored), 1);
                for (int c = 0; c < mean.Length; c++)
                    mean[c] += Math.Exp(logs[c]) / 10;
            }
        }

        return mean;
    }

    /// <summary>channels x height x width of a part of a drawn picture.</summary>
    private static byte[] Cut(int picture, int left, int top, bool mirrored)
    {
        byte[] pixels = new byte[3 * Size * Size];
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                var colour = ColourAt(picture, left + (mirrored ? Size - 1 - x : x), top + y);
                (pixels[y * Size + x], pixels[(Size + y) * Size + x], pixels[(2 * Size + y) * Size + x]) = (
                    colour.Red,
                    colour.Green,
                    colour.Blue
                );
            }
        }

        return pixels;
    }

    private string Save(string name, int picture)
    {
        using var bitmap = new SKBitmap(Picture, Picture);
        for (int y = 0; y < Picture; y++)
        {
            for (int x = 0; x < Picture; x++)
                bitmap.SetPixel(x, y, ColourAt(picture, x, y));
        }

        using var file = File.Create(_run[name]);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
        return _run[name];
    }

    private static SKColor ColourAt(int picture, int x, int y) =>
        new((byte)(picture * 40 + x * 13), (byte)(y * 11 + x * x), (byte)(picture * x * y));
}
