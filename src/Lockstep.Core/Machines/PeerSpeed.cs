namespace Lockstep.Core.Machines;

/// <summary>What a message to another worker needs.</summary>
/// <param name="Rank">The other worker's.</param>
/// <param name="Seconds">Of a short message there and back.</param>
/// <param name="BytesPerSecond">Of a long one, each way.</param>
public readonly record struct PeerSpeed(int Rank, double Seconds, double BytesPerSecond);
