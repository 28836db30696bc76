using Lockstep.Coordinator.Run;
using Lockstep.Core.Membership;
using Lockstep.Core.Metrics;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Core.Status;
using Lockstep.Hosting;
using Standstill = Lockstep.Core.Status.Standstill;

namespace Lockstep.Coordinator.Watching;

/// <summary>Makes a run's status of what the coordinator knows: a pure function.</summary>
internal static class StatusBuilder
{
    private static readonly TimeSpan GoneShown = TimeSpan.FromMinutes(10);

    /// <param name="sight">The coordinator's state.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="checkpoints">The checkpoints of the run directory, newest first.</param>
    public static RunStatus Of(RunSight sight, CoordinatorOptions options, IReadOnlyList<CheckpointStatus> checkpoints) =>
        new()
        {
            Time = sight.WallClock,
            RunId = sight.RunId,
            Recipe = options.Recipe.Name,
            SampleNoun = options.Recipe.SampleNoun,
            Version = ProgramVersion.Current,
            State = sight.State.ToString().ToLowerInvariant(),
            Reason = Evaluates(sight) ? "Workers go through the test set." : sight.Reason,
            StateSeconds = Seconds(sight.Now - sight.Since),
            IsOver = sight.State is RunState.Finished or RunState.Failed,
            Term = sight.Term,
            Generation = sight.Plan?.Generation ?? 0,
            Restarts = sight.Restarts,
            MostRestarts = options.MostRestarts,
            Replicas = options.Topology.Replicas,
            Shards = options.Topology.Shards,
            RunDirectory = Path.GetFullPath(options.RunDirectory),
            Pending = Pending(sight),
            Progress = ProgressOf(sight, options),
            Workers = [.. Present(sight), .. Gone(sight)],
            Events = [.. sight.Timeline.Events.Select(e => e with { Time = e.Time + (sight.WallClock - sight.Now) })],
            Checkpoints = checkpoints,
            Curves = sight.Curves,
            Goodput = sight.Goodput,
        };

    private static bool Evaluates(RunSight sight) =>
        sight.State == RunState.Running && sight.Workers.Any(w => w.Worker.Rank is not null && LastWords.Evaluates(w.LastMessage));

    private static string? Pending(RunSight sight) =>
        sight switch
        {
            { State: RunState.Finished or RunState.Failed } => null,
            { DrainAsked: true } => "The run drains: its workers stop after the same step and save.",
            { SaveAsked: true } => "A checkpoint was asked for: all workers save after the same step.",
            _ => null,
        };

    private static ProgressStatus ProgressOf(RunSight sight, CoordinatorOptions options)
    {
        var steps = sight.TrainSamples > 0 ? StepPlan.Of(options.Recipe, sight.TrainSamples) : null;
        var (step, last, evaluated) = (sight.Timeline.Step, sight.Step, sight.LastEpoch);
        var objective = options.Recipe.Objective;
        long? left = steps?.TotalSteps - last;
        return new ProgressStatus
        {
            Step = last,
            TotalSteps = steps?.TotalSteps,
            Epoch = steps?.EpochOf(Math.Max(0, last - 1)) ?? step?.Epoch,
            Epochs = options.Recipe.Training.Epochs,
            Share = steps is { TotalSteps: > 0 } ? Math.Min(1, (double)last / steps.TotalSteps) : null,
            SecondsLeft = sight.State == RunState.Running ? left * sight.Timeline.SecondsPerStep : null,
            SamplesPerSecond = step is { SamplesPerSecond: > 0 } ? step.SamplesPerSecond : null,
            Loss = step?.Loss,
            Rate = step?.Rate,
            Metrics = evaluated?.Metrics.ToValues() ?? MetricValues.None,
            Objective = objective.Metric,
            Best = Evaluation.BestOf(sight.Evaluations, objective)?.Metrics[objective.Metric],
        };
    }

    private static IEnumerable<WorkerStatus> Present(RunSight sight) =>
        sight
            .Workers.OrderBy(w => w.Worker.Rank ?? int.MaxValue)
            .ThenBy(w => w.Worker.Id, StringComparer.Ordinal)
            .Select(w => Of(w, sight));

    private static WorkerStatus Of(SeenWorker seen, RunSight sight)
    {
        var (worker, silent) = (seen.Worker, Seconds(sight.Now - seen.LastHeard));
        var slot = worker.Rank is { } rank ? sight.Plan?.Topology.SlotOf(rank) : null;
        var pace = worker.Rank is { } place && place < sight.Timeline.Paces.Count ? sight.Timeline.Paces[place] : null;
        var diagnosis = WorkerDiagnosis.Of(
            new WorkerSighting(worker.Stage, worker.Rank is not null)
            {
                Problem = worker.Problem,
                LastStep = worker.LastStep,
                SilentSeconds = silent,
                Standstill = seen.LastMessage?.Standstill is { } told
                    ? new Standstill(LastWords.Where(told), told.Seconds + silent, Name(told.WaitsFor, sight))
                    : null,
                StepSeconds = sight.Timeline.Paces.Select(p => p.StepSeconds).DefaultIfEmpty(0).Max(),
                OwnTime = pace?.OwnTime,
            },
            sight.State
        );
        return new WorkerStatus
        {
            Id = worker.Id,
            Replica = slot?.Replica,
            Shard = slot?.Shard,
            Host = worker.Host,
            ProcessId = worker.ProcessId,
            Device = seen.Device.Length > 0 ? seen.Device : null,
            Health = diagnosis.Health,
            Why = diagnosis.Why,
            LastStep = worker.LastStep,
            LastMessage = LastWords.Of(seen.LastMessage),
            LastMessageSeconds = silent,
            SamplesPerSecond = pace?.SamplesPerSecond,
            StepSeconds = pace?.StepSeconds,
            StragglerScore = pace?.OwnTime?.Score,
            Phases = pace?.Phases ?? [],
        };
    }

    private static IEnumerable<WorkerStatus> Gone(RunSight sight) =>
        from gone in sight.Timeline.Gone
        where sight.Now - gone.Since < GoneShown && sight.Workers.All(w => w.Worker.Id != gone.Id)
        select new WorkerStatus
        {
            Id = gone.Id,
            Replica = gone.Slot?.Replica,
            Shard = gone.Slot?.Shard,
            Host = gone.Host,
            ProcessId = gone.ProcessId,
            Health = WorkerHealth.Gone,
            Why = gone.Why,
            LastMessageSeconds = Seconds(sight.Now - gone.Since),
        };

    private static string? Name(int rank, RunSight sight) =>
        rank >= 0 && rank < sight.Plan?.Members.Count
            ? $"worker {sight.Plan.Members[rank].WorkerId} {sight.Plan.Members[rank].Slot}"
            : null;

    private static double Seconds(TimeSpan time) => Math.Round(Math.Max(0, time.TotalSeconds), 3);
}
