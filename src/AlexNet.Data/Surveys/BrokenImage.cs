namespace AlexNet.Data.Surveys;

/// <summary>An image that cannot be read.</summary>
/// <param name="Name">Its name in a list of files to leave out.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record BrokenImage(string Name, string Problem);
