using AlexNet.Net.Predictions;

namespace AlexNet.Net.Tests.Predictions;

public class CalibrationTests
{
    [Fact]
    public void Error_ACaseByHand_IsTheWeightedDistance()
    {
        var calibration = new Calibration(bins: 4);
        foreach (var (confidence, isRight) in new[] { (0.3, true), (0.4, false), (0.9, true), (0.8, true), (1.0, false) })
            calibration.Add(confidence, isRight);

        Assert.Equal([0, 2, 0, 3], calibration.Bins.Select(b => b.Samples));
        Assert.Equal([null, 0.5, null, 2 / 3.0], calibration.Bins.Select(b => b.Accuracy));
        Assert.Equal(0.35, calibration.Bins[1].Confidence ?? 0, 1e-15);
        Assert.Null(calibration.Bins[2].Confidence);
        // 2/5 x |0.5 - 0.35| + 3/5 x |2/3 - 0.9|
        Assert.Equal(0.06 + 0.14, calibration.Error, 1e-15);
        Assert.Equal((0.68, 0.6), (Math.Round(calibration.Confidence, 12), calibration.Accuracy));
    }

    [Fact]
    public void Add_AConfidenceOnAnEdge_IsInTheBinBelow()
    {
        for (int bin = 0; bin < 15; bin++)
        {
            var calibration = new Calibration();
            calibration.Add((bin + 1) / 15.0, true);
            Assert.Equal(bin, calibration.Bins.ToList().FindIndex(b => b.Samples == 1));
            Assert.Equal(((double)bin / 15, (bin + 1) / 15.0), (calibration.Bins[bin].From, calibration.Bins[bin].To));
        }

        var zero = new Calibration();
        zero.Add(0, false);
        Assert.Equal(1, zero.Bins[0].Samples);
    }

    [Fact]
    public void Error_RandomAnswers_IsWhatADefinitionByBinsGives()
    {
        var random = new Random(3);
        var answers = Enumerable.Range(0, 1000).Select(_ => (Confidence: random.NextDouble(), IsRight: random.Next(3) > 0)).ToList();
        var calibration = new Calibration();
        foreach (var (confidence, isRight) in answers)
            calibration.Add(confidence, isRight);

        double expected = 0;
        foreach (var bin in answers.GroupBy(a => Math.Ceiling(a.Confidence * 15)))
        {
            double distance = bin.Average(a => a.IsRight ? 1.0 : 0) - bin.Average(a => a.Confidence);
            expected += (double)bin.Count() / answers.Count * Math.Abs(distance);
        }

        Assert.Equal(expected, calibration.Error, 1e-12);
        Assert.Equal(answers.Count, calibration.Bins.Sum(b => b.Samples));
    }

    [Fact]
    public void Error_WithoutASample_IsNotANumber() =>
        Assert.Equal((double.NaN, double.NaN), (new Calibration().Error, new Calibration().Accuracy));
}
