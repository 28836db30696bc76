using System.Globalization;
using System.Text.Json;
using AlexNet.Data.Samples;
using AlexNet.Data.Surveys;
using Lockstep.Core.Texts;
using Lockstep.Terminals;
using Lockstep.Views;

namespace AlexNet.Cli.Views;

/// <summary>What <c>alexnet data info</c> says.</summary>
internal static class SurveyLines
{
    private const int MostListed = 20;

    /// <summary>What is said before the table of the classes.</summary>
    public static IEnumerable<string> Head(DataSet set, SetSurvey survey)
    {
        var (train, test, colours) = (survey.Train, survey.Test, survey.Colours);
        yield return RunProgress.Invariant(
            $"{train.Count:N0} training and {Count.Of(test.Count, "test picture")} of {Count.Of(set.ClassNames.Count, "class", "classes")}"
        );
        yield return $"widths   training {train.Widths}, test {test.Widths} pixels";
        yield return $"heights  training {train.Heights}, test {test.Heights} pixels";
        yield return $"what the net sees of the training pictures, {set.Train.Shape}, in 0..1:";
        yield return $"  mean   {Numbers(colours.Mean, "0.0000")}";
        yield return $"  std    {Numbers(colours.Std, "0.0000")}";
        yield return "principal axes of its colours, in 0..255 units:";
        for (int i = 0; i < colours.Axes.Axes.Count; i++)
            yield return $"  {Numbers([colours.Axes.Deviations[i]], "0.000"), 8} along {Numbers(colours.Axes.Axes[i], "0.0000")}";
    }

    public static string Json(DataSet set, SetSurvey survey) =>
        JsonSerializer.Serialize(
            new
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
            }
        );

    /// <summary>How many pictures each class has.</summary>
    public static FittedTable Classes(DataSet set, SetSurvey survey)
    {
        var table = new FittedTable(new FittedColumn("class", IsProse: true), FittedColumn.Number("training"), FittedColumn.Number("test"));
        for (int i = 0; i < set.ClassNames.Count; i++)
        {
            table.AddRow(
                set.ClassNames[i],
                RunProgress.Invariant($"{survey.Train.PerClass[i]:N0}"),
                RunProgress.Invariant($"{survey.Test.PerClass[i]:N0}")
            );
        }

        return table;
    }

    /// <summary>Which pictures are broken.</summary>
    public static IEnumerable<string> Broken(SetSurvey survey)
    {
        IReadOnlyList<BrokenImage> broken = [.. survey.Train.Broken, .. survey.Test.Broken];
        yield return broken.Count == 0
            ? "no picture is broken"
            : $"{Count.Of(broken.Count, "picture is", "pictures are")} broken; --broken FILE writes their names, and a recipe's data.skip "
                + "leaves them out:";
        foreach (var image in broken.Take(MostListed))
            yield return $"  {image.Problem}";
        if (broken.Count > MostListed)
            yield return RunProgress.Invariant($"  and {broken.Count - MostListed:N0} more");
    }

    private static object Split(SplitSurvey split) =>
        new
        {
            count = split.Count,
            per_class = split.PerClass,
            widths = new[] { split.Widths.Least, split.Widths.Median, split.Widths.Greatest },
            heights = new[] { split.Heights.Least, split.Heights.Median, split.Heights.Greatest },
            broken = split.Broken.Select(b => new { name = b.Name, problem = b.Problem }),
        };

    private static string Numbers(IEnumerable<double> values, string format) =>
        string.Join(" ", values.Select(v => v.ToString(format, CultureInfo.InvariantCulture)));
}
