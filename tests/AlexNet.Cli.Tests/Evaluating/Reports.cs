using AlexNet.Cli.Evaluating;
using AlexNet.Data.Samples;

namespace AlexNet.Cli.Tests.Evaluating;

/// <summary>Evaluations that never were.</summary>
internal static class Reports
{
    /// <summary>Counts pairs of true and predicted class; null where the net had no answer.</summary>
    public static EvaluationReport Of(IReadOnlyList<string> names, params IEnumerable<(int Actual, int? Predicted)> samples) =>
        EvaluationReport.Of(
            "RUN/checkpoints/step-00000007",
            1,
            samples.Select((s, i) => new Scores(i, s.Actual, Scored(names.Count, s.Predicted))),
            names,
            index => $"picture-{index}.jpg"
        );

    /// <summary>Black pictures, one for each sample.</summary>
    public static IImageSet Pictures(int samples, int width = 12, int height = 12, int channels = 3) =>
        new BlackPictures(samples, new(channels, height, width));

    /// <summary>Classes of which every tenth sample is taken for the next class.</summary>
    public static EvaluationReport Many(int classes, int samplesOfEach = 10) =>
        Of(
            [.. Enumerable.Range(0, classes).Select(c => $"class number {c} with a name that is long")],
            Enumerable
                .Range(0, classes * samplesOfEach)
                .Select(i => (i % classes, (int?)((i % classes + (i / classes % 10 == 9 ? 1 : 0)) % classes)))
        );

    private static double[] Scored(int classes, int? predicted)
    {
        double[] scores = new double[classes];
        Array.Fill(scores, predicted is null ? double.NaN : Math.Log(0.1 / Math.Max(1, classes - 1)));
        if (predicted is { } answer)
            scores[answer] = Math.Log(0.9);
        return scores;
    }
}
