using AlexNet.Cli.Sweeping;
using AlexNet.Testing;
using Lockstep.Tests.Pictures;

namespace AlexNet.Cli.Tests.Sweeping;

public sealed class SweepResultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Spread_OfSomeRuns_IsTheSampleStandardDeviation()
    {
        var result = Of("rate=1", 0.5, 0.7, null, 0.9);
        Assert.Equal((0.7, 0.2), (Math.Round(result.Mean ?? 0, 12), Math.Round(result.Spread ?? 0, 12)));
    }

    [Fact]
    public void Spread_OfOneRunOrNone_IsUnknown()
    {
        Assert.Equal((0.5, null), (Of("rate=1", 0.5, null).Mean, Of("rate=1", 0.5).Spread));
        Assert.Equal((null, null), (Of("rate=1", [null]).Mean, Of("rate=1", [null]).Spread));
    }

    [Fact]
    public void Write_SomeSettings_DrawsEveryRunAndItsMean()
    {
        SweepPicture.Write(_folder["sweep.png"], [Of("rate=1", 0.5, 0.7), Of("rate=2", [null]), Of("rate=3", 0.9)]);
        using var pixels = new Pixels(_folder["sweep.png"]);
        Assert.NotEmpty(pixels.Where("#082f57"));
        Assert.NotEmpty(pixels.Where("#d55e00"));
        Assert.Equal(1000, pixels.Width);
    }

    public void Dispose() => _folder.Dispose();

    private static SweepResult Of(string setting, params double?[] accuracies) =>
        new(new([new("key", setting)]), [.. accuracies.Select((accuracy, i) => new SweepScore(i, $"run-{i}", accuracy))]);
}
