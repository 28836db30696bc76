using Lockstep.Core.Collectives;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Hosting.Services;
using Lockstep.Native;
using Lockstep.Protocol.V1;
using Lockstep.Torch.Devices;
using Lockstep.Transport;
using Lockstep.Transport.Mesh;
using Lockstep.Transport.Nccl;
using Lockstep.Worker.Applications;
using Lockstep.Worker.Checkups;
using Lockstep.Worker.Control;
using Lockstep.Worker.Flights;
using Lockstep.Worker.Options;
using Lockstep.Worker.State;
using Lockstep.Worker.Watching;
using Microsoft.AspNetCore.Hosting.Server;
using TorchSharp;

namespace Lockstep.Worker.Run;

/// <summary>One worker's life: join, read the data, take part in one generation after the other, and go when the run has ended.</summary>
internal sealed class RunWorker(
    IApplication application,
    WorkerOptions options,
    ControlAccess access,
    WorkerMetrics metrics,
    WorkerOutcome outcome,
    Border border,
    PeerRouter router,
    TimeProvider time,
    ILogger<RunWorker> logger,
    ILogger<PeerMesh> meshLogger
)
{
    private static readonly TimeSpan StandsBy = TimeSpan.FromSeconds(2); // without an order: the slots are taken

    private bool _isWarm;

    /// <summary>Joins the run, trains, and returns the process's exit code.</summary>
    public async Task<int> RunAsync(IServer server, CancellationToken stopping)
    {
        var native = NativeLibraries.Load();
        logger.NativeLibrary(native.Reason);
        var device = DeviceChoice.Choose(options.Device);
        if (options.Transport == PeerTransport.Nccl)
            RequireGpus(device);
        var monitor = new DeviceMonitor(device);
        metrics.Watch(monitor);
        torch.set_num_threads(options.Threads);
        KnownSum.Require(device);
        var (peers, http) = server.BoundAddresses(options.AdvertisedHost);
        var join = new Join
        {
            Version = ProgramVersion.Current,
            WorkerId = options.WorkerId,
            Host = Environment.MachineName,
            ProcessId = Environment.ProcessId,
            PeerAddress = peers.ToString(),
            MetricsAddress = http.ToString(),
            Device = device.ToString(),
            Gpu = monitor.GpuModel ?? "",
            Collectives = options.Transport == PeerTransport.Nccl ? Join.Types.Collectives.Nccl : Join.Types.Collectives.Mesh,
            Libtorch = native.LibtorchVersion,
            InstructionSet = InstructionSet.Here,
            Processor = Processor.Here,
            Threads = options.Threads,
        };
        logger.Joining(options.Coordinator, options.WorkerId, join.Device, options.Threads);
        await using var session = await CoordinatorSession.JoinAsync(options, access, join, border, time, logger, stopping);
        try
        {
            return await ServeAsync(session, device, stopping);
        }
        catch (Exception e) when (e is OperationCanceledException or PeerLostException && session.EndReason is not null)
        {
            throw new RunEndedException(session.EndReason ?? "", session.EndCode);
        }
        catch (Exception e)
        {
            string message = stopping.IsCancellationRequested ? "it was asked to stop (SIGTERM)" : e.Message;
            session.Send(
                new WorkerMessage
                {
                    Failed = new Failed
                    {
                        Message = message,
                        ExitCode = outcome.LeavesAtOnce ? ExitCodes.Interrupted : WorkerFailure.ExitCodeOf(e),
                        LostRank = -1,
                        Fatal = !stopping.IsCancellationRequested && WorkerFailure.IsFatal(e),
                    },
                }
            );
            throw;
        }
    }

    private async Task<int> ServeAsync(CoordinatorSession session, torch.Device device, CancellationToken stopping)
    {
        var welcome = session.Welcome;
        var workload = application.Read(welcome.Recipe, $"of run {welcome.RunId}", options.Data);
        logger.Joined(welcome.RunId, workload.DataName);
        if (DeviceChoice.Caution(workload.Recipe.Training.Precision, device.type == TorchSharp.DeviceType.CPU) is { } caution)
            logger.Caution(caution);
        var reading = Task.Run(workload.Open, CancellationToken.None);
        _ = TellCheckupAsync(session, welcome.IsKnown);
        if (await Task.WhenAny(reading, session.Dismissed).WaitAsync(stopping) == session.Dismissed)
            return await session.Dismissed; // it came when the run was over
        var run = new RunContext(welcome.RunId, workload, await reading, device, options.Gpu, session) { Notice = NoticeOnce() };
        session.Send(new WorkerMessage { Loaded = Loaded(run.Data.Identity) });

        using var holder = new ShardHolder();
        using var flight = new FlightRecorder(options.Flights ? options.RunDirectory : null, options.WorkerId);
        bool done = false; // it has trained to the end, which another's loss can still undo
        while (!border.IsLeaving || done)
        {
            var order = await NextAsync(run, isSpare: holder.State is null, stopping);
            if (order.Goodbye is { } goodbye)
            {
                if (done && goodbye.ExitCode == ExitCodes.Done && workload.Loop is { } loop)
                    await Task.Run(loop.End, stopping);
                return goodbye.ExitCode; // nobody needs this process any more
            }

            if (order.Regroup is not null && done)
                session.Send(GenerationEnd.Stopped("it had done its last step", HeldShard.Of(holder), border.IsLeaving));
            if (order.Plan is { } plan)
            {
                var end = await TrainAsync(run, plan, holder, flight, stopping);
                done = end.Stopped is null;
                session.Send(end);
            }
        }
        return ExitCodes.Interrupted;
    }

    private Action<string> NoticeOnce()
    {
        var told = new HashSet<string>();
        return notice =>
        {
            if (told.Add(notice))
                logger.Notice(notice);
        };
    }

    /// <summary>Tells what this worker finds of its machine, whatever else goes on meanwhile.</summary>
    private async Task TellCheckupAsync(CoordinatorSession session, bool isKnown)
    {
        var clock = session.Clock;
        var checkup = await MachineCheckup.RunAsync(options.RunDirectory, options.WorkerId, isKnown);
        var told = new Checkup { ClockAhead = clock.Ahead, ClockError = clock.Error };
        if (checkup.FreeMemory is { } memory)
            told.FreeMemory = memory;
        if (checkup.DiskSpeed is { } disk)
            told.DiskSpeed = disk;
        session.Send(new WorkerMessage { Checkup = told });
    }

    /// <summary>The coordinator's next order; a worker that is kept waiting for its first uses the time.</summary>
    private async Task<CoordinatorMessage> NextAsync(RunContext run, bool isSpare, CancellationToken stopping)
    {
        var next = run.Session.NextAsync(stopping);
        if (isSpare && !_isWarm && await Task.WhenAny(next, Task.Delay(StandsBy, time, stopping)) != next)
        {
            _isWarm = true;
            await Task.Factory.StartNew(() => WarmUp.Run(run), stopping, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            logger.StandsBy();
        }
        return await next;
    }

    /// <summary>Takes part in a generation; returns what to tell the coordinator at its end.</summary>
    private async Task<WorkerMessage> TrainAsync(
        RunContext run,
        Protocol.V1.Plan order,
        ShardHolder holder,
        FlightRecorder flight,
        CancellationToken stopping
    )
    {
        var plan = order.ToPlan();
        flight.Take(plan, order.Rank);
        logger.Planned(plan.Generation, plan.Members[order.Rank].Slot.ToString(), plan.Topology.ToString(), plan.StartStep);
        await using var mesh = new PeerMesh(plan, order.Rank, order.PeerToken, router, meshLogger);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, run.Session.GenerationOver);
        using var abort = ended.Token.Register(() =>
            mesh.Abort(new OperationCanceledException(run.Session.EndReason ?? "the coordinator ended the generation"))
        );
        metrics.Takes(options.WorkerId, plan.Members[order.Rank].Slot, run.Device.ToString());
        try
        {
            var training = new Generation(run, plan, order.Rank, mesh, holder, options, metrics, flight, time).RunAsync(ended.Token);
            var end = await flight.AroundAsync(training);
            logger.GenerationEnded(plan.Generation, holder.State?.Applied ?? 0, end.ToString());
            logger.Sent(
                string.Join(
                    ", ",
                    Enum.GetValues<OperationKind>()
                        .Select(kind => (Kind: kind, Bytes: router.Traffic.BytesSent(kind)))
                        .Where(t => t.Bytes > 0)
                        .Select(t => $"{t.Kind.ToString().ToLowerInvariant()} {t.Bytes}")
                )
            );
            return GenerationEnd.AtBorder(end, HeldShard.Of(holder), border.IsLeaving);
        }
        catch (Exception e) when (MemoryExhaustedException.From(e, run.Recipe.Training) is { } exhausted)
        {
            throw exhausted;
        }
        catch (Exception e) when (GenerationEnd.IsOthersFault(e, stopping.IsCancellationRequested, run.Session.EndReason))
        {
            logger.GenerationBroken(plan.Generation, holder.State?.Applied ?? 0, e.Message);
            return GenerationEnd.Broken(e, HeldShard.Of(holder), border.IsLeaving);
        }
        finally
        {
            mesh.Abort(new OperationCanceledException("the generation has ended")); // so that nothing is still under way
            border.IsTraining = false;
            holder.EndGeneration();
            outcome.Updates = Math.Max(0, holder.State?.Applied ?? 0);
        }
    }

    /// <exception cref="BadInputException">NCCL was asked for, and cannot be had.</exception>
    private static void RequireGpus(torch.Device device)
    {
        string? why = device.type == TorchSharp.DeviceType.CPU ? "this worker computes on a CPU" : GpuLibraries.WhyUnavailable();
        if (why is not null)
            throw new BadInputException($"setting 'transport' is nccl, but {why}; use --transport auto, or workers that can.");
    }

    private static Loaded Loaded(DataIdentity data) =>
        new()
        {
            Fingerprint = data.Fingerprint,
            TrainSamples = data.TrainSamples,
            TestSamples = data.TestSamples,
            ClassNames = { data.ClassNames },
        };
}
