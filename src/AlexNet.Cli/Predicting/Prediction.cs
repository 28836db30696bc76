namespace AlexNet.Cli.Predicting;

/// <summary>What a net takes a picture for.</summary>
/// <param name="File">The picture.</param>
/// <param name="Best">The likeliest classes, likeliest first; none where they could not be told.</param>
/// <param name="Problem">Why they could not be told; null where they could.</param>
internal sealed record Prediction(string File, IReadOnlyList<LikelyClass> Best, string? Problem);
