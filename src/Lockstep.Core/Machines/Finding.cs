namespace Lockstep.Core.Machines;

/// <summary>Something that people should know.</summary>
/// <param name="Key">What it is about, such as <c>disk of node-b</c>: the same finding with other numbers has the same.</param>
/// <param name="Worker">A worker that it is about; empty for the coordinator.</param>
/// <param name="Sentence">Without a capital and a full stop.</param>
public sealed record Finding(string Key, string Worker, string Sentence);
