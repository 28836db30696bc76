using AlexNet.Testing;
using Lockstep.Core.Collectives;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Protocol.V1;
using Lockstep.Torch.Exchanging;
using Lockstep.Torch.Trainables;
using Lockstep.Transport.Collectives;
using Lockstep.Transport.SharedMemory;
using Lockstep.Worker.Control;
using Lockstep.Worker.Flights;
using Lockstep.Worker.Phasing;
using Lockstep.Worker.State;
using Lockstep.Worker.Step;
using Lockstep.Worker.Watching;
using Member = Lockstep.Core.Plans.Member;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Worker.Tests.Step;

/// <summary>One of the replicas that make a step together, with what it does and says.</summary>
internal sealed class TestWorker : IDisposable
{
    private const long Seed = 1;
    private readonly ShardState _state;
    private readonly TrainingStep _step;
    private readonly StepTrace _trace;
    private readonly IBatchSource _batches;

    public TestWorker(MemoryGroup group, int rank, PlainRecipe recipe, int samples, TwoLayerNet net)
    {
        var topology = new RunTopology(recipe.Layout.Replicas, 1);
        var (steps, slot) = (StepPlan.Of(recipe, samples), topology.SlotOf(rank));
        var members = topology.Slots.Select(s => new Member(topology.RankOf(s), s, $"w{topology.RankOf(s)}", "here", 1, ""));
        var plan = new Plan("run", 1, topology, [.. members], 0, TimeSpan.FromMinutes(1));
        var all = group.Member(rank);
        _state = new ShardState(recipe, steps, 0, 1, net, new Exchange(new LocalCollectives())) { Applied = 0 };
        _state.Reducer.Use(new Dictionary<SumOver, ICollectives> { [SumOver.SameShard] = all }, [], keeping: null, bytes =>
            new SharedArena(bytes).Allocate(bytes, shared: false)
        );
        _trace = new StepTrace(0, "run", 1, slot);
        _batches = new NumberedSamples(samples).Load(new TrainingBatches(steps, Seed, topology, slot), threads: 1);
        var watch = new StepWatch(plan.Deadline, _ => { }, null, _trace, FlightRecorder.None, Phases.Add, TimeProvider.System);
        _step = new TrainingStep(
            _state,
            kept: null,
            recipe.Training.MicroBatches,
            _batches,
            all,
            new CommitVote(all, plan),
            new Border(),
            watch,
            _ => Gradients = [.. net.Parameters.Select(ValuesOfGradient)],
            Reports.Add
        );
    }

    public List<Phase> Phases { get; } = [];

    public List<WorkerMessage> Reports { get; } = [];

    /// <summary>The gradients of each parameter, as they were just before the update; null where none was made.</summary>
    public IReadOnlyList<float[]>? Gradients { get; private set; }

    public ShardState State => _state;

    public IReadOnlyList<float[]> Weights => [.. _state.Trainable.Parameters.Select(p => p.Value.data<float>().ToArray())];

    public BorderActions Step() => _step.Run(CancellationToken.None);

    /// <summary>All workers make a step, each on a thread of its own.</summary>
    /// <returns>What each has thrown; null for nothing.</returns>
    public static async Task<Exception?[]> StepTogetherAsync(params TestWorker[] workers) =>
        await Task.WhenAll(
            workers.Select(worker =>
                Task.Factory.StartNew(
                    () => Record.Exception(() => worker.Step()),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
            )
        );

    public void Dispose()
    {
        _state.Dispose();
        _trace.Dispose();
        _batches.Dispose();
    }

    private static float[] ValuesOfGradient(Torch.Parameters.Parameter parameter)
    {
        using var gradient = parameter.Gradient();
        return gradient.data<float>().ToArray();
    }
}
