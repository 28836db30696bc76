using System.Diagnostics.Metrics;
using AlexNet.Testing;
using Lockstep.Coordinator.Recording;
using Lockstep.Core.Membership;
using Lockstep.Core.Sampling;
using Lockstep.Core.Topology;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Microsoft.Extensions.DependencyInjection;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Tests;

/// <summary>Values that are worked out, as a listener reads them; that all are there and documented is seen in a real run.</summary>
public sealed class CoordinatorMetricsTests : IDisposable
{
    private static readonly StepPlan Steps = new(Samples: 100, Batch: 10, Epochs: 3, StepLimit: null);

    private readonly RunDirectory _run = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private RunLedger? _ledger;

    [Fact]
    public void Read_BeforeAnythingIsKnown_HasNoLossNoStepAndNoCheckpoint()
    {
        Create();
        Assert.Empty(
            Read("lockstep.run.loss")
                .Concat(Read("lockstep.run.step"))
                .Concat(Read("lockstep.run.checkpoint.timestamp"))
                .Concat(Read("lockstep.run.progress.timestamp"))
        );
        Assert.Equal(1, Read("lockstep.run.state")["waiting"]);
        Assert.Equal([0, 0, 0, 0], Read("lockstep.run.restarts").Values);
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(10, 1)]
    [InlineData(11, 0.1)]
    public void Step_WithinAnEpoch_SaysHowMuchOfItIsDone(long step, double share)
    {
        var metrics = Create();
        metrics.Begin(PlanOf("w0", "w1"), Steps);
        metrics.Step(
            new StepDone
            {
                Step = step,
                Samples = 10,
                SamplesPerSecond = 100,
            }
        );
        Assert.Equal(share, Read("lockstep.run.epoch.progress_ratio")[""], 1e-9);
        Assert.Equal(30, Read("lockstep.run.planned_steps")[""]);
    }

    [Fact]
    public void Step_OfTwoWorkers_NamesTheStragglerUntilAnotherGenerationBegins()
    {
        var metrics = Create();
        metrics.Begin(PlanOf("w0", "w7"), Steps);
        metrics.Step(
            new StepDone
            {
                Step = 1,
                Workers =
                {
                    new WorkerStep { StragglerScore = 1 },
                    new WorkerStep { StragglerScore = 2.5 },
                },
            }
        );
        Assert.Equal(2.5, Read("lockstep.run.straggler_ratio")["w7"]);
        metrics.Begin(PlanOf("w0", "w8"), Steps);
        Assert.Empty(Read("lockstep.run.straggler_ratio"));
    }

    [Theory]
    [InlineData("checkpoint.everyMinutes=2", 120)]
    [InlineData("checkpoint.everyMinutes=2;checkpoint.everySteps=50", 5)] // of a tenth of a second each
    public void Interval_OfTheRecipe_IsTheShorterOfStepsAndMinutes(string settings, double seconds)
    {
        var metrics = Create("--set", settings);
        metrics.Step(
            new StepDone
            {
                Step = 1,
                Samples = 10,
                SamplesPerSecond = 100,
            }
        );
        Assert.Equal(seconds, Read("lockstep.run.checkpoint.interval")[""], 1e-9);
    }

    [Fact]
    public void Checkpoint_ThatFailed_LeavesTheOneBeforeAsTheNewest()
    {
        var metrics = Create();
        metrics.Checkpoint(
            new CheckpointSaved
            {
                Step = 5,
                Bytes = 1000,
                Seconds = 2,
            }
        );
        metrics.Checkpoint(new CheckpointSaved { Step = 9, Problem = "No space left on device" });
        Assert.Equal((5, 1000), (Read("lockstep.run.checkpoint.step")[""], Read("lockstep.run.checkpoint.size")[""]));
    }

    [Fact]
    public void Restarts_OfWorkersAndCoordinator_AreCountedByCause()
    {
        Create();
        _ledger?.Dispose(); // and the next coordinator of the run
        var metrics = Create("--take-over", "true");
        metrics.Restarted(RestartCause.Hung);
        var restarts = Read("lockstep.run.restarts");
        Assert.Equal((1, 0, 0, 1), (restarts["hung"], restarts["lost"], restarts["failed"], restarts["coordinator"]));
    }

    public void Dispose()
    {
        _services.Dispose();
        _ledger?.Dispose();
        _run.Dispose();
    }

    private CoordinatorMetrics Create(params IEnumerable<string> settings)
    {
        var options = CoordinatorOptions.From(
            new Settings(["--recipe", "plain", "--token", "secret", "--run-dir", _run.Path, .. settings]),
            PlainRecipe.Reader
        );
        _ledger = new RunLedger(options);
        return new CoordinatorMetrics(
            _services.GetRequiredService<IMeterFactory>(),
            options,
            _ledger,
            new CheckpointStore(_run.Path),
            new GoodputRecorder(options, _ledger, new SteadyClock()),
            TimeProvider.System
        );
    }

    private static Plan PlanOf(params IReadOnlyList<string> workers)
    {
        var topology = new RunTopology(1, workers.Count);
        return new Plan(
            "run",
            1,
            topology,
            [.. workers.Select((w, rank) => new Core.Plans.Member(rank, topology.SlotOf(rank), w, "host", 1, "http://host:1"))],
            0,
            TimeSpan.FromSeconds(60)
        );
    }

    /// <summary>An instrument's values by their one label's value; the newest where several coordinators of a test have one.</summary>
    private Dictionary<string, double> Read(string name)
    {
        var found = new Dictionary<string, double>();
        void Take(ReadOnlySpan<KeyValuePair<string, object?>> labels, double value) =>
            found[labels.Length > 0 ? $"{labels[0].Value}" : ""] = value;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == name && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, labels, _) => Take(labels, value));
        listener.SetMeasurementEventCallback<long>((_, value, labels, _) => Take(labels, value));
        listener.Start();
        listener.RecordObservableInstruments();
        return found;
    }
}
