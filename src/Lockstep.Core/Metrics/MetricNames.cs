using System.Text.RegularExpressions;

namespace Lockstep.Core.Metrics;

/// <summary>Names of metrics, and how people read them.</summary>
public static partial class MetricNames
{
    /// <summary>The mean loss over the test set, which every evaluation measures.</summary>
    public const string TestLoss = "test_loss";

    /// <summary>The share of the test set whose class was the best guess, 0 to 1.</summary>
    public const string Top1 = "top1";

    /// <summary>The share of the test set whose class was among the five best guesses, 0 to 1.</summary>
    public const string Top5 = "top5";

    /// <summary>Before the name of a metric: of the weights in training, where evaluations measure their average.</summary>
    public const string Raw = "raw_";

    /// <summary>What a record of an evaluation says beside its metrics; no metric can have such a name.</summary>
    private static readonly string[] Reserved = ["event", "epoch", "step", "loss"];

    /// <summary>The loss over the test set of a phase; of all there is where the phase has no name.</summary>
    public static string LossOf(string phase) => phase.Length == 0 ? TestLoss : $"{phase}_loss";

    /// <summary>Whether a metric can have this name: 1 to 40 lower-case letters, digits and underscores, a letter first.</summary>
    public static bool IsName(string name) => Form().IsMatch(name) && !Reserved.Contains(name);

    /// <summary>Whether its values are shares of the test set, 0 to 1, which people read as percentages.</summary>
    public static bool IsShare(string name) => TopGuesses().IsMatch(name) || name.EndsWith("accuracy", StringComparison.Ordinal);

    /// <summary>How people read the name, such as <c>top 1</c> or <c>test loss</c>.</summary>
    public static string Label(string name) =>
        TopGuesses().IsMatch(name) ? name.Replace('_', ' ').Replace("top", "top ") : name.Replace('_', ' ');

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,39}\z")]
    private static partial Regex Form();

    [GeneratedRegex($"^({Raw})?" + @"top\d+\z")]
    private static partial Regex TopGuesses();
}
