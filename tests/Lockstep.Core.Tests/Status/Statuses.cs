using Lockstep.Core.Status;

namespace Lockstep.Core.Tests.Status;

/// <summary>Statuses of runs, for the tests of this folder.</summary>
internal static class Statuses
{
    public const string Loss = "Worker w1 (replica 0, shard 1), process 2 on vm, was lost during backward 1 of step 52: connection lost.";

    /// <summary>One that has everything a status can have.</summary>
    public static RunStatus Full { get; } =
        new()
        {
            Time = DateTimeOffset.UnixEpoch,
            RunId = "r",
            Recipe = "quickstart",
            Version = "1",
            State = "running",
            Reason = "Workers are training.",
            StateSeconds = 1,
            IsOver = false,
            Term = 1,
            Generation = 1,
            Restarts = 0,
            MostRestarts = 10,
            Replicas = 1,
            Shards = 2,
            RunDirectory = "/runs/1",
            Pending = "The run drains.",
            Progress = new ProgressStatus { Step = 1, Epochs = 1 },
            Workers = [Worker("w0", 0, WorkerHealth.Good, "It trains."), Worker("w1", 1, WorkerHealth.Gone, Loss)],
            Events = [new EventStatus(DateTimeOffset.UnixEpoch, "worker", "Worker w1 is gone", Loss, true)],
            Checkpoints = [new CheckpointStatus(1, "whole", 1, DateTimeOffset.UnixEpoch, 0.5, true, "step-00000001")],
            Curves = new CurvesStatus(),
        };

    public static WorkerStatus Worker(string id, int shard, WorkerHealth health, string why) =>
        new()
        {
            Id = id,
            Replica = 0,
            Shard = shard,
            Host = "vm",
            ProcessId = shard + 1,
            Device = "cpu",
            Health = health,
            Why = why,
            LastMessage = "step 1 done",
            Phases = [new("load", 1)],
        };
}
