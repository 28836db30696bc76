namespace Lockstep.Hosting.Security;

/// <summary>Who calls.</summary>
/// <param name="Role">One of <see cref="Roles"/>; null for a stranger.</param>
/// <param name="Problem">Why it is a stranger; for the log alone.</param>
public readonly record struct Caller(string? Role, string? Problem);
