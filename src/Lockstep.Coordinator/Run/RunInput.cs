using Lockstep.Coordinator.Generations;
using Lockstep.Coordinator.Workers;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Run;

/// <summary>Something that happens to a run, and that its loop takes a turn for.</summary>
internal abstract record RunInput;

/// <summary>One that somebody waits for an answer to.</summary>
internal abstract record RunInput<TAnswer> : RunInput
{
    /// <summary>The answer as whoever asked takes it.</summary>
    /// <param name="found">What the turn came to; null also where it failed.</param>
    /// <exception cref="InvalidOperationException">It failed, and there is nothing to go on with.</exception>
    public abstract TAnswer AnswerOf(object? found);
}

/// <summary>One that is done or not.</summary>
internal abstract record DoneInput : RunInput<bool>
{
    /// <summary>A turn that failed has not done it.</summary>
    public override bool AnswerOf(object? found) => found is true;
}

/// <summary>
/// One whose answer is what is wrong with it; null where nothing is, or where the run ends anyway because the turn failed.
/// </summary>
internal abstract record CheckedInput : RunInput<string?>
{
    public override string? AnswerOf(object? found) => found as string;
}

/// <summary>One that whoever asks cannot go on without.</summary>
internal abstract record NeededInput<TAnswer> : RunInput<TAnswer>
{
    public override TAnswer AnswerOf(object? found) =>
        found is TAnswer answer ? answer : throw new InvalidOperationException("The coordinator has failed.");
}

/// <summary>A worker asks to join.</summary>
internal sealed record Joining(Join Join) : NeededInput<JoinAnswer>;

/// <summary>A worker has said something; the answer is what is wrong with it, where something is that no delay explains.</summary>
internal sealed record Said(WorkerSession Session, WorkerMessage Message) : CheckedInput;

/// <summary>A worker's stream has ended.</summary>
/// <param name="Session">The worker's.</param>
/// <param name="End">How, for people.</param>
internal sealed record Left(WorkerSession Session, string End) : DoneInput;

/// <summary>
/// Somebody asks the run to end at the next step, saved; asked again it does what it is doing. The answer is false where it has ended.
/// </summary>
/// <param name="Holds">An operator asks: no engine is to begin the run again.</param>
internal sealed record DrainWanted(bool Holds = false) : DoneInput;

/// <summary>Somebody asks for a checkpoint at the next step border; the answer is why there can be none now.</summary>
internal sealed record SaveWanted : CheckedInput;

/// <summary>An operator asks the run to end at once, whatever it is doing; the answer is why it cannot.</summary>
internal sealed record StopWanted : CheckedInput;

/// <summary>Time passes, and deadlines with it.</summary>
internal sealed record TimePassed : DoneInput;

/// <summary>Somebody asks how the run stands.</summary>
internal sealed record Looked : NeededInput<RunSight>;

/// <summary>What the next generation goes on from was read from disk.</summary>
internal sealed record Prepared(Preparation Preparation) : RunInput;

/// <summary>What has become of a checkpoint is known.</summary>
internal sealed record Published(CheckpointSaved Checkpoint) : RunInput;

/// <summary>The coordinator itself has failed, at its files for example: the run ends, and no worker gets the blame.</summary>
internal sealed record Broken(Exception Error) : RunInput;

/// <summary>Whether a worker is taken in.</summary>
/// <param name="Refusal">Why not; null where it is.</param>
/// <param name="Session">Its end of the control stream.</param>
internal sealed record JoinAnswer(Refusal? Refusal, WorkerSession Session);

/// <summary>What one turn of the run's loop comes to.</summary>
/// <param name="Answer">For whoever waits for one.</param>
/// <param name="Effects">To be done, in order.</param>
internal sealed record RunTurn(object? Answer, IReadOnlyList<Turns.RunEffect> Effects);
