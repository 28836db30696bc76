namespace Lockstep.Core.Errors;

/// <summary>Samples could not be read; the message says which.</summary>
public abstract class UnreadableDataException(string message, Exception inner) : Exception(message, inner)
{
    /// <summary>
    /// The data are good, as far as anybody knows, and cannot be read here and now; otherwise every worker would meet the same error.
    /// </summary>
    public abstract bool IsOfADisk { get; }
}
