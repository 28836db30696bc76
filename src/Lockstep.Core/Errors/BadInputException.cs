namespace Lockstep.Core.Errors;

/// <summary>
/// What a user gave cannot be used: arguments, recipe or data. Carries every error found, and ends a command with exit code 2.
/// </summary>
public sealed class BadInputException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    public BadInputException(string error)
        : this([error]) { }

    /// <summary>Every error, each with subject, value found, what is required and what to do.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
