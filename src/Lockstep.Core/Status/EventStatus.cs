namespace Lockstep.Core.Status;

/// <summary>Something that has happened to a run.</summary>
/// <param name="Time">When.</param>
/// <param name="Kind">state, worker, generation, checkpoint, epoch or end.</param>
/// <param name="Title">What, in a few words.</param>
/// <param name="Reason">Why, or what it means, in a sentence.</param>
/// <param name="IsTrouble">Whether somebody should look at it.</param>
public sealed record EventStatus(DateTimeOffset Time, string Kind, string Title, string Reason, bool IsTrouble);
