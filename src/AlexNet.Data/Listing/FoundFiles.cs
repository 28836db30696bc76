namespace AlexNet.Data.Listing;

/// <summary>The image files of a data set, in the order of their indices.</summary>
/// <param name="Train">Training images.</param>
/// <param name="Test">Test images.</param>
/// <param name="Classes">A word for each class.</param>
internal sealed record FoundFiles(IReadOnlyList<LabelledFile> Train, IReadOnlyList<LabelledFile> Test, IReadOnlyList<string> Classes);
