using System.Globalization;
using System.Text.Json;
using AlexNet.Data;
using AlexNet.Data.Surveys;

namespace AlexNet.Cli.Views;

/// <summary>What <c>alexnet data info</c> says.</summary>
internal static class SurveyLines
{
    private const int MostListed = 20;

    public static IEnumerable<string> Text(DataSet set, SetSurvey survey)
    {
        var (train, test, colours) = (survey.Train, survey.Test, survey.Colours);
        yield return RunProgress.Invariant($"{train.Count:N0} training and {test.Count:N0} test pictures of {set.ClassNames.Count} classes");
        yield return $"widths   training {train.Widths}, test {test.Widths} pixels";
        yield return $"heights  training {train.Heights}, test {test.Heights} pixels";
        yield return $"what the net sees of the training pictures, {set.Train.Shape}, in 0..1:";
        yield return $"  mean   {Numbers(colours.Mean, "0.0000")}";
        yield return $"  std    {Numbers(colours.Std, "0.0000")}";
        yield return "principal axes of its colours, in 0..255 units:";
        for (int i = 0; i < colours.Axes.Axes.Count; i++)
            yield return $"  {Numbers([colours.Axes.Deviations[i]], "0.000"),8} along {Numbers(colours.Axes.Axes[i], "0.0000")}";
        foreach (string line in Classes(set, survey))
            yield return line;
        foreach (string line in Broken([.. train.Broken, .. test.Broken]))
            yield return line;
    }

    public static string Json(DataSet set, SetSurvey survey) => JsonSerializer.Serialize(new
    {
        @event = "data",
        classes = set.ClassNames,
        fingerprint = set.Fingerprint,
        train = Split(survey.Train),
        test = Split(survey.Test),
        shape = new[] { set.Train.Shape.Channels, set.Train.Shape.Height, set.Train.Shape.Width },
        mean = survey.Colours.Mean,
        std = survey.Colours.Std,
        colour_noise = new { deviations = survey.Colours.Axes.Deviations, axes = survey.Colours.Axes.Axes },
    });

    private static IEnumerable<string> Classes(DataSet set, SetSurvey survey)
    {
        int width = set.ClassNames.Max(n => n.Length);
        yield return $"{"class".PadRight(width)}  training  test";
        for (int i = 0; i < set.ClassNames.Count; i++)
            yield return RunProgress.Invariant($"{set.ClassNames[i].PadRight(width)}  {survey.Train.PerClass[i],8:N0}  {survey.Test.PerClass[i],4:N0}");
    }

    private static IEnumerable<string> Broken(IReadOnlyList<BrokenImage> broken)
    {
        yield return broken.Count == 0 ? "no picture is broken" : RunProgress.Invariant($"{broken.Count:N0} pictures are broken; --broken FILE writes their names, and a recipe's data.skip leaves them out:");
        foreach (var image in broken.Take(MostListed))
            yield return $"  {image.Problem}";
        if (broken.Count > MostListed)
            yield return RunProgress.Invariant($"  and {broken.Count - MostListed:N0} more");
    }

    private static object Split(SplitSurvey split) => new
    {
        count = split.Count,
        per_class = split.PerClass,
        widths = new[] { split.Widths.Least, split.Widths.Median, split.Widths.Greatest },
        heights = new[] { split.Heights.Least, split.Heights.Median, split.Heights.Greatest },
        broken = split.Broken.Select(b => new { name = b.Name, problem = b.Problem }),
    };

    private static string Numbers(IEnumerable<double> values, string format) => string.Join(" ", values.Select(v => v.ToString(format, CultureInfo.InvariantCulture)));
}
