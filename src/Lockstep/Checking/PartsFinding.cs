using System.Globalization;

namespace Lockstep.Checking;

/// <summary>Whether the gradients of a batch's parts add up to that of the whole; a phase's name goes into each sentence.</summary>
internal static class PartsFinding
{
    public static Finding AddUp(string phase) =>
        new(FindingKind.Kept, $"Two halves of a batch add up to the whole{phase}: the number of replicas changes no more than roundings.");

    public static Finding AreASum(string phase) =>
        new(
            FindingKind.Wrong,
            $"The loss{phase} is a sum over its samples, not their mean: half of the batch has half of it. Its gradient depends on "
                + "the number of replicas. Divide it by the samples, give a number for each sample, or call WeightedLoss."
        );

    /// <param name="phase">The phase.</param>
    /// <param name="layers">Names of the layers that it comes from, where they are known.</param>
    public static Finding Depend(string phase, IReadOnlyList<string> layers)
    {
        string places = layers.Count == 0 ? "" : $" (in {string.Join(", ", layers.Take(3))}{(layers.Count > 3 ? " and others" : "")})";
        return new(
            FindingKind.Note,
            $"Two halves of a batch do not add up to the whole{phase}: samples meet in the net, or it draws random numbers{places}. So the "
                + "number of replicas changes the result; with the same number, runs repeat."
        );
    }

    public static Finding AreNoMean(string phase, double apart) =>
        new(
            FindingKind.Wrong,
            string.Create(CultureInfo.InvariantCulture, $"Two halves of a batch do not add up to the whole{phase}: they are {apart:P1} ")
                + "of it apart. So the loss is no mean over its samples. If it is divided by another weight, such as the tokens that are "
                + "not masked, call WeightedLoss. If samples meet in the net, the number of replicas changes the result."
        );
}
