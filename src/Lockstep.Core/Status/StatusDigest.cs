namespace Lockstep.Core.Status;

/// <summary>
/// What of a status is told where, so that each thing is told once: the run's reason first, then who is in trouble, then what happened.
/// Pure.
/// </summary>
public static class StatusDigest
{
    /// <summary>
    /// Workers that somebody should look at: slow and hung ones, and those that are gone while nobody has taken their slot. None of a run
    /// that is over.
    /// </summary>
    public static IReadOnlyList<WorkerStatus> Troubles(RunStatus status) =>
        status.IsOver
            ? []
            :
            [
                .. status.Workers.Where(w =>
                    w.Health is WorkerHealth.Slow or WorkerHealth.Hung || (w.Health == WorkerHealth.Gone && !IsReplaced(w, status))
                ),
            ];

    /// <summary>Why a worker is in trouble, in a sentence that does not name it; empty where the run's reason says it.</summary>
    public static string WhyOf(WorkerStatus worker, RunStatus status) => IsSame(worker.Why, status.Reason) ? "" : WithoutName(worker);

    /// <summary>Why something happened; empty where the run's reason or a worker in trouble says it.</summary>
    public static string ReasonOf(EventStatus entry, RunStatus status) =>
        IsSame(entry.Reason, status.Reason) || Troubles(status).Any(w => IsSame(entry.Reason, w.Why)) ? "" : entry.Reason;

    /// <summary>Whether two texts are one sentence.</summary>
    public static bool IsSame(string one, string other) => WorkerDiagnosis.Sentence(one) == WorkerDiagnosis.Sentence(other);

    private static bool IsReplaced(WorkerStatus gone, RunStatus status) =>
        gone.Replica is null
        || status.Workers.Any(w => w.Health != WorkerHealth.Gone && (w.Replica, w.Shard) == (gone.Replica, gone.Shard));

    private static string WithoutName(WorkerStatus worker)
    {
        string process = $", process {worker.ProcessId} on {worker.Host}, ";
        int end = worker.Why.StartsWith($"Worker {worker.Id} ", StringComparison.Ordinal)
            ? worker.Why.IndexOf(process, StringComparison.Ordinal)
            : -1;
        return end < 0 ? worker.Why : "It " + worker.Why[(end + process.Length)..];
    }
}
