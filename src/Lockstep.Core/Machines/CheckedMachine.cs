namespace Lockstep.Core.Machines;

/// <summary>A machine of a run.</summary>
/// <param name="Worker">A worker on it.</param>
/// <param name="Host">Its name.</param>
/// <param name="Checkup">What its workers found.</param>
public sealed record CheckedMachine(string Worker, string Host, Checkup Checkup);
