namespace Lockstep.Coordinator.Workers;

/// <summary>Why a worker is not taken in.</summary>
/// <param name="Reason">A full sentence for people.</param>
/// <param name="MayPass">It may be taken in when it tries again, so it does.</param>
internal sealed record Refusal(string Reason, bool MayPass = false);
