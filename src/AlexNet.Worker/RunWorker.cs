using AlexNet.Core.Checkpoints;
using AlexNet.Core.Collectives;
using AlexNet.Core.Errors;
using AlexNet.Core.Net;
using AlexNet.Core.Recipes;
using AlexNet.Core.Sampling;
using AlexNet.Data;
using AlexNet.Data.Loading;
using AlexNet.Hosting;
using AlexNet.Model;
using AlexNet.Model.Checkpoints;
using AlexNet.Model.Native;
using AlexNet.Model.Optimizers;
using AlexNet.Protocol.V1;
using AlexNet.Transport;
using AlexNet.Transport.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using TorchSharp;
using Plan = AlexNet.Core.Plans.Plan;

namespace AlexNet.Worker;

/// <summary>One worker's life: join, read the data, take the plan, connect to the peers, train, save, finish.</summary>
internal sealed class RunWorker(
    WorkerOptions options, WorkerMetrics metrics, WorkerOutcome outcome, PeerRouter router, TimeProvider time, ILogger<RunWorker> logger, ILogger<PeerMesh> meshLogger)
{
    public async Task RunAsync(IServer server, CancellationToken stopping)
    {
        logger.NativeLibrary(NativeLibraries.Load().Reason);
        var device = Devices.Choose(options.Device);
        torch.set_num_threads(options.Threads);
        var (peers, http) = server.BoundAddresses(options.AdvertisedHost);
        var join = new Join
        {
            Token = options.Token,
            Version = ProgramVersion.Current,
            WorkerId = options.WorkerId,
            Host = Environment.MachineName,
            ProcessId = Environment.ProcessId,
            PeerAddress = peers.ToString(),
            MetricsAddress = http.ToString(),
            Device = device.ToString(),
        };
        logger.Joining(options.Coordinator, options.WorkerId, join.Device, options.Threads);
        var (session, welcome) = await CoordinatorSession.JoinAsync(options, join, time, logger, stopping);
        await using (session)
            await ServeAsync(session, welcome, device, stopping);
    }

    private async Task ServeAsync(CoordinatorSession session, Welcome welcome, torch.Device device, CancellationToken stopping)
    {
        try
        {
            var recipe = RecipeReader.Read(welcome.Recipe, $"of run {welcome.RunId}", DataOverride());
            logger.Joined(welcome.RunId, recipe.Data.Path ?? recipe.Data.Kind.ToString());
            var data = DataSetOpener.Open(recipe);
            session.Send(new WorkerMessage { Loaded = new Loaded { Fingerprint = data.Fingerprint, TrainSamples = data.Train.Count, TestSamples = data.Test.Count } });

            var order = await session.NextAsync(stopping);
            session.Generation = order.Plan.Generation;
            var plan = order.Plan.ToPlan();
            var self = plan.Members[order.Plan.Rank];
            logger.Planned(plan.Generation, self.Slot.ToString(), plan.Topology.ToString());

            await using var mesh = new PeerMesh(plan, self.Rank, order.Plan.PeerToken, router, meshLogger);
            metrics.Observe(mesh.Traffic);
            using var abort = session.Aborted.Register(() => mesh.Abort(new OperationCanceledException(session.EndReason)));
            await mesh.ConnectAsync(stopping);
            await TrainAsync(session, recipe, plan, self.Rank, data, mesh, device, stopping);
        }
        catch (OperationCanceledException) when (session.EndReason is { } reason)
        {
            throw new InvalidOperationException($"the run was ended: {reason}");
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            const string asked = "it was asked to stop (SIGTERM)";
            session.Send(new WorkerMessage { Failed = new Failed { Message = asked, ExitCode = ExitCodes.Failed, LostRank = -1 } });
            throw new InvalidOperationException(asked);
        }
        catch (Exception e)
        {
            session.Send(new WorkerMessage { Failed = new Failed { Message = e.Message, ExitCode = WorkerService.ExitCodeOf(e), LostRank = WorkerService.BlameOf(e) } });
            throw;
        }
    }

    private async Task TrainAsync(
        CoordinatorSession session, Recipe recipe, Plan plan, int rank, DataSet data, PeerMesh mesh, torch.Device device, CancellationToken stopping)
    {
        var (topology, slot) = (plan.Topology, plan.Members[rank].Slot);
        var exchange = new Exchange(mesh.Group(topology.ExchangeRanks(slot)));
        var (replicas, world) = (mesh.Group(topology.ReduceRanks(slot)), mesh.Group(topology.AllRanks));
        using var shard = new Shard(recipe, topology, slot.Shard, exchange, device);
        if (options.Weights is { } weights)
        {
            using var source = ShardedTensors.Open(weights);
            WeightFiles.Read(source, shard.Parameters);
        }
        var transports = plan.Members.Select(m => m.Rank == rank ? "local" : mesh.TransportOf(m.Rank).Name());
        session.Send(new WorkerMessage { Ready = new Ready { Parameters = shard.Parameters.Sum(p => p.Count), Transports = { transports } } });
        await session.NextAsync(stopping); // start

        var steps = StepPlan.Of(recipe, data.Train.Count);
        var sharing = new BatchSharing(recipe.Data, NetShape.Of(recipe).Image, topology, exchange, device);
        using var optimizer = Optimizer.Create(recipe.Optimizer, shard.Parameters);
        using var reducer = new GradientReducer(replicas, shard.Segments, mesh.Allocate);
        using var loader = new PrefetchingLoader(data.Train, new TrainingBatches(steps, recipe.Seed, topology, slot, plan.StartStep));
        var loop = new TrainingLoop(
            recipe, steps, loader, sharing, shard, exchange, reducer, new CommitVote(world, plan, shard.Parameters),
            optimizer, new Evaluator(data.Test, recipe.Training.Batch, topology, slot, shard, sharing, replicas, time),
            new GradientDump(options, topology, slot, shard.Parameters), (step, phase) => options.Fault?.At(slot, step, phase),
            message => Report(session, message), time);

        logger.Training(plan.StartStep, steps.TotalSteps);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, session.Ended);
        try
        {
            // native code keeps state for each thread, so all of training runs on one
            await Task.Factory.StartNew(() => loop.Run(plan.StartStep, stop.Token), stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Save(recipe, plan, rank, shard, world, steps);
            session.Send(new WorkerMessage { Finished = new Finished { Steps = steps.TotalSteps } });
            await session.NextAsync(stopping); // goodbye: everybody has finished, so nobody needs this process any more
        }
        finally
        {
            await mesh.DisposeAsync(); // before the buckets that it may still read and write
        }
    }

    /// <summary>Writes the final weights where all workers share a run directory: the shards first, then the manifest.</summary>
    private void Save(Recipe recipe, Plan plan, int rank, Shard shard, ICollectives world, StepPlan steps)
    {
        if (options.RunDirectory is not { } run)
            return;
        var (topology, slot) = (plan.Topology, plan.Members[rank].Slot);
        long step = steps.TotalSteps;
        string directory = CheckpointFiles.Unfinished(run, step, plan.Generation);
        if (slot.Replica == 0)
            WeightFiles.Write(new CheckpointDirectory(directory), CheckpointFiles.Weights, slot.Shard, topology.Shards, shard.Parameters.Select(p => p.Weights));
        CommitVote.Barrier(world, step);
        if (rank == 0)
            new CheckpointStore(run).Publish(new Manifest
            {
                RunId = plan.RunId,
                Step = step,
                Epoch = steps.EpochOf(step),
                StepInEpoch = (int)(step % steps.StepsPerEpoch),
                Generation = plan.Generation,
                Replicas = topology.Replicas,
                Shards = topology.Shards,
                RecipeHash = Manifest.HashOf(recipe),
                Environment = new RunEnvironment(options.Threads, InstructionSet.Here, NativeLibraries.Load().LibtorchVersion, shard.Device.type.ToString().ToLowerInvariant(), "fp32"),
                Files = [.. CheckpointFiles.Shards(CheckpointFiles.Weights, topology.Shards).Select(name => ManifestFile.Of(Path.Combine(directory, name)))],
            });
        logger.Saved(step, CheckpointFiles.Directory(run, step));
    }

    private void Report(CoordinatorSession session, WorkerMessage message)
    {
        if (message.Step is { } step)
        {
            outcome.Updates = step.Step;
            metrics.Step(step);
        }
        else if (message.Evaluation is { } evaluation)
            logger.Evaluated(evaluation.Epoch, evaluation.Top1, evaluation.Samples, evaluation.Seconds);
        session.Send(message);
    }

    private IEnumerable<KeyValuePair<string, System.Text.Json.Nodes.JsonNode?>> DataOverride() =>
        options.Data is { } path ? [new("data.path", path)] : [];
}
