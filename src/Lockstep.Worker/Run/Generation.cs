using Lockstep.Core.Collectives;
using Lockstep.Core.Reductions;
using Lockstep.Core.Runs;
using Lockstep.Core.Sampling;
using Lockstep.Core.Schedules;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Torch.Trainables;
using Lockstep.Transport.Mesh;
using Lockstep.Worker.Checkups;
using Lockstep.Worker.Control;
using Lockstep.Worker.Flights;
using Lockstep.Worker.Options;
using Lockstep.Worker.Phasing;
using Lockstep.Worker.Reduce;
using Lockstep.Worker.Saving;
using Lockstep.Worker.State;
using Lockstep.Worker.Step;
using Lockstep.Worker.Watching;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Worker.Run;

/// <summary>
/// One generation of this worker: connect to the peers, bring the state to the start step, wait for all, train, save. It ends with the last
/// step of the run, at a border that all agreed on, or broken by somebody's loss; the holder's state lives on for the next.
/// </summary>
internal sealed class Generation(
    RunContext run,
    Plan plan,
    int rank,
    PeerMesh mesh,
    ShardHolder holder,
    WorkerOptions options,
    WorkerMetrics metrics,
    FlightRecorder flight,
    TimeProvider time
)
{
    private readonly RunTopology _topology = plan.Topology;
    private readonly Slot _slot = plan.Members[rank].Slot;

    /// <summary>Runs it from start to end.</summary>
    /// <returns>Why it ended; none for the last step of the run.</returns>
    /// <exception cref="PeerLostException">Another worker is gone.</exception>
    /// <exception cref="OperationCanceledException">The coordinator ended the generation.</exception>
    public async Task<BorderActions> RunAsync(CancellationToken over)
    {
        await mesh.ConnectAsync(over);
        using var fetched = await FetchedCheckpoint.GetAsync(plan, options, run.Session.Access, over);
        using var groups = new TrainingGroups(mesh, flight, run, options);
        // native code keeps state for each thread, so all arithmetic of a generation runs on one
        var exchange = await OnOneThread(() => groups.Open(_topology.ExchangeRanks(_slot)), over);
        var state = await OnOneThread(() => Restore(groups, exchange, fetched.Directory), over);
        var sums = await OnOneThread(() => groups.OpenSums(state.Trainable.Groups, _topology, _slot), over);
        var speed = plan.MeasuresSpeed && sums.Count > 0 ? await OnOneThread(() => MeasureSpeed(sums, state.Trainable), over) : default;
        var peers = plan.Generation == 1 ? await OnOneThread(() => PeerProbe.Measure(mesh, rank), over) : [];
        var transports = plan.Members.Select(m =>
            m.Rank == rank ? Link.Types.Transport.Local : Enum.Parse<Link.Types.Transport>($"{mesh.TransportOf(m.Rank)}")
        );
        run.Session.Send(
            new WorkerMessage
            {
                Ready = new Ready
                {
                    Parameters = state.Trainable.Parameters.Sum(p => p.Count),
                    Transports = { transports },
                    BytesPerSecond = speed.BytesPerSecond,
                    FlopsPerSecond = speed.FlopsPerSecond,
                    Peers =
                    {
                        peers.Select(p => new Protocol.V1.PeerSpeed
                        {
                            Rank = p.Rank,
                            Seconds = p.Seconds,
                            BytesPerSecond = p.BytesPerSecond,
                        }),
                    },
                },
            }
        );
        Start? start;
        do start = (await run.Session.NextAsync(over)).Start;
        while (start?.Generation != plan.Generation); // an order of the generation before
        run.Session.Border.IsTraining = true; // from here on there is a border to come, and something to save
        return await OnOneThread(() => Train(state, groups, sums, start.Factors, over), over);
    }

    private ShardState Restore(TrainingGroups groups, ICollectives exchange, string? checkpoint)
    {
        var restorer = new StateRestorer(plan, rank, mesh);
        bool keeps = plan.Donors is { } donors && donors[rank] == rank;
        var state = keeps && holder.State is { } held ? held : holder.Begin(run, _topology, _slot.Shard, exchange);
        state.Evaluations = plan.Evaluations;
        string? begin = StartFile.Find(run.Recipe.Start, options.Weights, options.RunDirectory);
        if (plan.Donors is { } sources)
            restorer.FromDonors(state, holder.Kept, sources);
        else
            restorer.FromFiles(state, checkpoint, begin);
        RestoreKept(restorer, state, exchange, checkpoint, begin);
        var replicas = groups.OpenOnHost(_topology.ReduceRanks(_slot));
        if (plan.Donors is null && checkpoint is null)
            FirstWeights.RequireEqual(state.Trainable, replicas);
        state.Join(exchange, replicas);
        return state;
    }

    /// <summary>What this worker keeps for another comes to the start step too; copies are made in the first step.</summary>
    private void RestoreKept(StateRestorer restorer, ShardState own, ICollectives exchange, string? checkpoint, string? begin)
    {
        if (plan.WardOf(rank) is not { } ward)
        {
            holder.ForgetKept();
            return;
        }

        int shard = _topology.SlotOf(ward).Shard;
        if (plan.KeepEvery > 1)
        {
            if (holder.Kept is not KeptCopies copies || copies.Shard != shard)
                holder.Keep(new KeptCopies(shard));
            return;
        }

        var kept =
            plan.Keepers[ward].Holds && holder.Kept is KeptPart held
                ? held
                : holder.Keep(new KeptPart(ShardState.Create(run, _topology, shard, exchange)));
        if (plan.Donors is null)
            restorer.FromFiles(kept.State, checkpoint, begin);
        else
            restorer.ToKeepers(own, kept.State);
        kept.State.Trainable.AfterRestore();
    }

    /// <summary>The ways of what this worker sends to its keeper, and of what it keeps.</summary>
    private Keeping? UseKeeper(ShardState state, TrainingGroups groups)
    {
        if (plan.WardOf(rank) is not { } ward)
            return null;
        var (toKeeper, fromOwner) = (KeepingOf(groups, rank, plan.Keepers[rank].Rank), KeepingOf(groups, ward, rank));
        if (holder.Kept is KeptCopies copies)
        {
            copies.Use(state, toKeeper, fromOwner, plan.KeepEvery);
            return null; // the state travels, and no gradients
        }

        if (holder.Kept is KeptPart kept)
            kept.State.Reducer.Use(new Dictionary<SumOver, ICollectives>(), [], fromOwner, mesh.Allocate);
        return toKeeper;
    }

    /// <summary>The way of gradients to the keeper of this worker's part, or from the worker whose part it keeps.</summary>
    private Keeping KeepingOf(TrainingGroups groups, int owner, int keeper)
    {
        int[] pair = [Math.Min(owner, keeper), Math.Max(owner, keeper)];
        return new(groups.OpenOnHost(pair), Array.IndexOf(pair, owner), run.Recipe.Training.Batch, plan.KeepsFactors);
    }

    /// <summary>
    /// Factors travel between the holders of a shard; where nobody sums with these, no choice depends on what is measured.
    /// </summary>
    private static WorkerSpeed MeasureSpeed(IReadOnlyDictionary<SumOver, ICollectives> sums, ITrainable trainable) =>
        SpeedProbe.Measure(sums.MinBy(s => s.Key).Value, trainable.Arithmetic);

    private BorderActions Train(
        ShardState state,
        TrainingGroups groups,
        IReadOnlyDictionary<SumOver, ICollectives> sums,
        IReadOnlyCollection<string> factored,
        CancellationToken over
    )
    {
        var (replicas, world) = (groups.OpenOnHost(_topology.ReduceRanks(_slot)), groups.OpenOnHost(_topology.AllRanks));
        state.Reducer.Use(sums, factored, UseKeeper(state, groups), mesh.Allocate);
        state.Changing?.Use(replicas, mesh.Allocate);
        using var batches = run.Data.Train.Load(
            new TrainingBatches(run.Steps, run.Recipe.Seed, _topology, _slot, plan.StartStep, run.Data.Train.Shards),
            options.LoaderThreads
        );
        var fault = plan.Generation == 1 && options.Fault is { } asked && asked.Slot == _slot ? new ArmedFault(asked, state, mesh) : null;
        using var trace = new StepTrace(options.Telemetry.TraceEvery, plan.RunId, plan.Generation, _slot);
        using var saver = new CheckpointSaver(run, plan, _slot, state, options, fault, time);
        var watch = new StepWatch(plan.Deadline, deadline => mesh.Deadline = deadline, fault, trace, flight, run.Session.TellAlive, time);
        var dump = new GradientDump(options, _topology, _slot, state.Trainable.Parameters);
        var evaluator = new Evaluator(
            run.Data.Test,
            run.Recipe.Training.Batch,
            options.LoaderThreads,
            _topology,
            _slot,
            state.Trainable,
            state.Average,
            replicas,
            time
        );
        var step = new TrainingStep(
            state,
            holder.Kept,
            run.Recipe.Training.MicroBatches,
            batches,
            replicas,
            new CommitVote(world, plan),
            run.Session.Border,
            watch,
            BeforeUpdate,
            Report
        );
        var loop = new TrainingLoop(run.Recipe, run.Steps, state, step, evaluator, saver, watch, AwaitProgram, Report);
        BorderActions end;
        using (new StandstillTeller(watch, () => mesh.Waiting, run.Session.Send, time))
            end = loop.Run(plan.EvaluateFirst, over);
        // who is asked to drain does, whatever else was asked; and where nobody else holds a leaving worker's shard, it goes on from the
        // disk
        if (end != BorderActions.Regroup || (_topology.Replicas == 1 && plan.Keepers.Count == 0))
            saver.SaveLast(state.Applied, over);
        return end;

        void BeforeUpdate(long updates)
        {
            dump.Write(updates);
            saver.WaitUntilCopied(); // weights may change from here on
        }

        void AwaitProgram(CancellationToken stop)
        {
            if (run.Workload.Loop is not { } program)
                return;
            watch.Pause(Phase.Program);
            program.Await(state.Applied, _slot.Replica == 0, watch.Alive, stop);
        }
    }

    private void Report(WorkerMessage message)
    {
        if (message.Step is { } step)
        {
            metrics.Step(step);
            run.Workload.Loop?.Made(new StepRecord(step.Step, step.Epoch, step.Loss, step.Samples, step.Rate, SamplesPerSecond: 0));
        }

        if (message.Evaluation is { } evaluation)
            run.Workload.Loop?.Evaluated(new Evaluation(evaluation.Step, evaluation.Metrics.ToValues()));
        run.Session.Send(message);
    }

    private static Task<T> OnOneThread<T>(Func<T> work, CancellationToken cancellation) =>
        Task.Factory.StartNew(work, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
