using AlexNet.Data.Loading;
using AlexNet.Data.Samples;
using AlexNet.Recipes;

namespace AlexNet.Training;

/// <summary>
/// What the outputs of a sample are measured against: its label's weight, shared with the label that it is mixed with, a part of it spread
/// over all classes, each class by its own weight.
/// </summary>
internal sealed class TargetWeights
{
    private readonly float[] _classes;
    private readonly float _smoothing;

    private TargetWeights(float[] classes, float smoothing) => (_classes, _smoothing) = (classes, smoothing);

    /// <summary>For the training of a recipe; null where every target is one label of weight 1.</summary>
    /// <param name="recipe">How labels are smoothed and weighed, and whether samples are mixed.</param>
    /// <param name="train">Opens the training set, whose labels are counted where classes are balanced.</param>
    public static TargetWeights? Of(Recipe recipe, Func<IImageSet> train) =>
        recipe is { Loss: { LabelSmoothing: 0, Weighting: ClassWeighting.None }, Data.Augmentation: { Mixup: null, Cutmix: null } }
            ? null
            : new(ClassWeights(recipe, train), (float)recipe.Loss.LabelSmoothing);

    public int Classes => _classes.Length;

    /// <returns>samples x classes.</returns>
    public float[] Of(Batch batch)
    {
        int classes = _classes.Length;
        float[] targets = new float[batch.Labels.Length * classes];
        for (int i = 0; i < batch.Labels.Length; i++)
        {
            float share = batch.Mixed?.Shares[i] ?? 1;
            var row = targets.AsSpan(i * classes, classes);
            row.Fill(_smoothing / classes);
            row[(int)batch.Labels[i]] += (1 - _smoothing) * share;
            if (batch.Mixed is { } mixed)
                row[(int)mixed.Others[i]] += (1 - _smoothing) * (1 - share);
            for (int c = 0; c < classes; c++)
                row[c] *= _classes[c];
        }
        return targets;
    }

    private static float[] ClassWeights(Recipe recipe, Func<IImageSet> open)
    {
        if (recipe.Loss is { Weighting: ClassWeighting.Given, Weights: { } given })
            return [.. given.Select(w => (float)w)];
        float[] weights = new float[recipe.Data.Classes];
        Array.Fill(weights, 1f);
        if (recipe.Loss.Weighting == ClassWeighting.None)
            return weights;
        var train = open();
        var counts = Enumerable.Range(0, train.Count).CountBy(train.LabelOf).ToDictionary();
        foreach (var (label, count) in counts)
            weights[label] = (float)train.Count / (counts.Count * count);
        return weights;
    }
}
