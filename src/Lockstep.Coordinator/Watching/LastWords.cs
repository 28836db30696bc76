using Lockstep.Hosting;
using Lockstep.Protocol.V1;

namespace Lockstep.Coordinator.Watching;

/// <summary>What a worker told last, in a few words.</summary>
internal static class LastWords
{
    /// <param name="message">Null for having joined.</param>
    public static string Of(WorkerMessage? message) =>
        message?.MessageCase switch
        {
            null => "joined",
            WorkerMessage.MessageOneofCase.Loaded => "has read its data",
            WorkerMessage.MessageOneofCase.Ready => "ready to train",
            WorkerMessage.MessageOneofCase.Step => $"step {message.Step.Step} done",
            WorkerMessage.MessageOneofCase.Evaluation => $"epoch {message.Evaluation.Epoch} evaluated",
            WorkerMessage.MessageOneofCase.Saved => $"its part of step {message.Saved.Step} saved",
            WorkerMessage.MessageOneofCase.Standstill =>
                $"{(message.Standstill.WaitsFor >= 0 ? "waits" : "still")} in {Where(message.Standstill)}",
            WorkerMessage.MessageOneofCase.Alive => Progress(message.Alive.Phase),
            WorkerMessage.MessageOneofCase.Drained => $"stopped after step {message.Drained.Step}",
            WorkerMessage.MessageOneofCase.Finished => "all steps done",
            WorkerMessage.MessageOneofCase.Stopped => "has ended its generation",
            WorkerMessage.MessageOneofCase.Failed => "failed",
            _ => "",
        };

    /// <summary>Whether this worker goes through the test set.</summary>
    public static bool Evaluates(WorkerMessage? message) => (message?.Alive?.Phase ?? message?.Standstill?.Phase) == Phase.Evaluation;

    /// <summary>Such as <c>forward of step 41</c>, or the operation that it waits in.</summary>
    public static string Where(Standstill standstill) =>
        standstill.Operation.Length > 0 ? standstill.Operation
        : standstill.Phase == Phase.Evaluation ? $"the evaluation after step {standstill.Step}"
        : standstill.Phase == Phase.Program ? $"the program's own loop after step {standstill.Step}"
        : $"{standstill.Phase.Word()} of step {standstill.Step}";

    private static string Progress(Phase phase) =>
        phase switch
        {
            Phase.Evaluation => "evaluates",
            Phase.Save => "saves a checkpoint",
            Phase.Program => "is in the program's own loop",
            _ => "makes progress",
        };
}
