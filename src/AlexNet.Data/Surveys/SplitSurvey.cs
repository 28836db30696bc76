namespace AlexNet.Data.Surveys;

/// <summary>What one split of a data set holds.</summary>
/// <param name="Count">Images.</param>
/// <param name="PerClass">Images of each class.</param>
/// <param name="Widths">The widths of the pictures as they lie there, upright: the least, the median and the greatest, in pixels.</param>
/// <param name="Heights">The same from top to bottom.</param>
/// <param name="Broken">Images that cannot be read, in the order of their indices.</param>
public sealed record SplitSurvey(
    int Count,
    IReadOnlyList<int> PerClass,
    PixelRange Widths,
    PixelRange Heights,
    IReadOnlyList<BrokenImage> Broken
);
