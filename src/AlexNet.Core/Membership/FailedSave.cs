namespace AlexNet.Core.Membership;

/// <summary>Saves that have failed since the last one that succeeded.</summary>
/// <param name="Problem">What went wrong in the newest.</param>
/// <param name="First">When the first of them failed.</param>
/// <param name="Last">When the newest of them failed.</param>
public sealed record FailedSave(string Problem, DateTimeOffset First, DateTimeOffset Last);
