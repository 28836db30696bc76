namespace Lockstep.Objects.Runs;

/// <summary>Another coordinator leads the run now; this one must not write to it any more.</summary>
public sealed class RunTakenOverException(string message) : Exception(message);
