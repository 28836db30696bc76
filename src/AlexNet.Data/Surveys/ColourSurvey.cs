namespace AlexNet.Data.Surveys;

/// <summary>The colours of a set's training images as evaluation sees them.</summary>
/// <param name="Mean">The mean of each channel, in 0..1: what a recipe calls <c>data.mean</c>.</param>
/// <param name="Std">Standard deviation of each channel over all pixels, in 0..1: <c>data.std</c>.</param>
/// <param name="Axes">Principal axes in 0..255 units: <c>data.augmentation.colourNoise</c>.</param>
/// <param name="MeanImage">channels x height x width, in 0..1.</param>
public sealed record ColourSurvey(IReadOnlyList<double> Mean, IReadOnlyList<double> Std, PrincipalAxes Axes, float[] MeanImage);
