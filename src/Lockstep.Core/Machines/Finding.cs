namespace Lockstep.Core.Machines;

/// <summary>A machine of a run.</summary>
/// <param name="Worker">A worker on it.</param>
/// <param name="Host">Its name.</param>
/// <param name="Checkup">What that worker found.</param>
public sealed record CheckedMachine(string Worker, string Host, Checkup Checkup);

/// <summary>Something that people should know.</summary>
/// <param name="Worker">The worker that it is about.</param>
/// <param name="Sentence">Without a capital and a full stop.</param>
public sealed record Finding(string Worker, string Sentence);
