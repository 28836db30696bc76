using AlexNet.Testing;
using Lockstep.Coordinator.Checkpoints;
using Lockstep.Coordinator.Generations;
using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Turns;
using Lockstep.Coordinator.Workers;
using Lockstep.Core.Membership;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;
using Microsoft.Extensions.Time.Testing;

namespace Lockstep.Coordinator.Tests.Run;

/// <summary>
/// A run without processes, files or a network: inputs by a script on a clock that the script sets, and every effect that is decided on.
/// What effects leave behind is modelled: the ledger's plan, the steps that are recorded.
/// </summary>
internal sealed class ScriptedRun
{
    public const int TrainSamples = 640; // ten steps an epoch

    private readonly RunDirector _director;
    private readonly Dictionary<string, WorkerSession> _sessions = [];
    private readonly Dictionary<string, int> _read = []; // messages to a worker that the script has seen
    private readonly List<RunEvent> _records;

    public ScriptedRun(CoordinatorOptions options, RunPast? past = null)
    {
        Options = options;
        _records = [.. past?.Records ?? []];
        _director = new RunDirector(options, past ?? new RunPast());
        Do(_director.Begin(Clock.GetUtcNow()));
    }

    public CoordinatorOptions Options { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>What is to be read for a generation is not given until <see cref="GivePreparation"/>.</summary>
    public bool HoldsPreparations { get; set; }

    /// <summary>The newest whole checkpoint that is found on disk.</summary>
    public StoredCheckpoint? Checkpoint { get; set; }

    /// <summary>Every effect so far.</summary>
    public List<RunEffect> Effects { get; } = [];

    public List<GenerationNeed> Preparations { get; } = []; // that nobody has answered

    public List<GatheredCheckpoint> Publishing { get; } = []; // of which nobody has told what became

    public RunStanding Standing => _director.Run;

    public RunState State => _director.Run.State;

    public long Generation => _director.Run.Plan?.Generation ?? 0;

    /// <summary>Why the run came into its state.</summary>
    public string Reason => Told.Last(e => e.State is not null).State.Reason;

    /// <summary>The states that the run went through.</summary>
    public IEnumerable<string> States => Told.Where(e => e.State is not null).Select(e => e.State.State.Word());

    public IEnumerable<RunEvent> Told => Effects.OfType<Tell>().Select(t => t.Entry);

    public IEnumerable<long> RecordedSteps => _records.Where(e => e.Step is not null).Select(e => e.Step.Step);

    public WorkerSession this[string id] => _sessions[id];

    /// <summary>The settings of a coordinator with so many replicas of one worker each.</summary>
    public static CoordinatorOptions OptionsOf(int replicas, int shards = 1)
    {
        string[] settings = ["--recipe", "plain", "--token", "secret", "--run-dir", "run"];
        var options = CoordinatorOptions.From(new Hosting.Settings(settings), PlainRecipe.Reader);
        return With(options with { LeastReplicas = replicas }, new LayoutRecipe { Replicas = replicas, Shards = shards });
    }

    /// <summary>The same with another layout.</summary>
    public static CoordinatorOptions With(CoordinatorOptions options, LayoutRecipe layout) =>
        options with
        {
            Recipe = (PlainRecipe)options.Recipe with { Layout = layout },
        };

    public object? Take(RunInput input)
    {
        var turn = _director.Take(input, Clock.GetUtcNow());
        Do(turn.Effects);
        return turn.Answer;
    }

    public TAnswer Ask<TAnswer>(RunInput<TAnswer> input) => input.AnswerOf(Take(input));

    public RunSight Look() => _director.Look(Clock.GetUtcNow(), Clock.GetUtcNow(), new TimelineSnapshot([], [], []));

    /// <summary>Time passes, and the loop hears of it every half second.</summary>
    public void Pass(double seconds)
    {
        for (double passed = 0; passed < seconds; passed += 0.5)
        {
            Clock.Advance(TimeSpan.FromSeconds(0.5));
            Take(new TimePassed());
        }
    }

    public Refusal? Join(string id, Action<Join>? change = null)
    {
        var join = JoinOf(id);
        change?.Invoke(join);
        var (refusal, session) = Ask(new Joining(join));
        if (refusal is null)
            (_sessions[id], _read[id]) = (session, 0);
        return refusal;
    }

    /// <summary>Workers join and read their data.</summary>
    public void JoinAndLoad(params string[] ids)
    {
        foreach (string id in ids)
        {
            Assert.Null(Join(id));
            Say(id, new() { Loaded = LoadedOf() });
        }
    }

    /// <summary>Workers join, read their data, connect, and train.</summary>
    public void Train(params string[] ids)
    {
        JoinAndLoad(ids);
        Ready(ids);
        Assert.Equal(RunState.Running, State);
    }

    public void Ready(params string[] ids)
    {
        foreach (string id in ids)
        {
            int members = _director.Run.Plan?.Members.Count ?? 0;
            Say(
                id,
                new()
                {
                    Ready = new Ready { Parameters = 1, Transports = { Enumerable.Repeat(Link.Types.Transport.Grpc, members) } },
                }
            );
        }
    }

    /// <summary>Workers report a step.</summary>
    public void Step(long step, params string[] ids)
    {
        foreach (string id in ids)
        {
            var report = new StepReport
            {
                Step = step,
                Epoch = 1,
                Loss = 1.0 / step,
                Samples = 64,
                OwnSamples = 32,
                Phases = new Phases { Total = 0.1 },
            };
            Say(id, new() { Step = report });
        }
    }

    /// <summary>Workers say that they have saved a step.</summary>
    public void Saved(long step, params string[] ids)
    {
        foreach (string id in ids)
        {
            var saved = new Saved { Step = step, WeightsHash = "h" };
            Say(id, new() { Saved = saved });
        }
    }

    public void Stopped(string id, long applied, int lostRank = -1, bool leaving = false) =>
        Say(
            id,
            new()
            {
                Stopped = new Stopped
                {
                    Message = lostRank >= 0 ? $"worker of rank {lostRank} was lost" : "it ended its generation",
                    LostRank = lostRank,
                    Shard = (this[id].Worker.Rank ?? 0) % Options.Topology.Shards,
                    Shards = Options.Topology.Shards,
                    Applied = applied,
                    Leaving = leaving,
                },
            }
        );

    public string? Say(string id, WorkerMessage message, long? generation = null)
    {
        message.Generation = generation ?? Generation;
        return Ask(new Said(this[id], message));
    }

    public void Leave(string id) => Take(new Left(this[id], "its connection closed"));

    /// <summary>The checkpoint that is being published is whole, or was not made.</summary>
    public void Publish(string problem = "")
    {
        var checkpoint = Publishing[0];
        Publishing.RemoveAt(0);
        Take(new Published(new CheckpointSaved { Step = checkpoint.Step, Problem = problem }));
    }

    /// <summary>What was asked for first is read.</summary>
    public void GivePreparation()
    {
        var need = Preparations[0];
        Preparations.RemoveAt(0);
        var checkpoint = need.IsOfCheckpoint ? Checkpoint : null;
        long start = need.LiveStep ?? checkpoint?.Step ?? 0;
        List<RunEvent> kept = [.. _records.Where(e => (e.Step?.Step ?? e.Epoch.Step) <= start)];
        var points = kept.Select(RecordOf);
        var records = need.GoesOn ? new RecordedMetrics([.. points], [], IsAll: kept.Count == _records.Count, 0) : null;
        Take(new Prepared(new Preparation(need, checkpoint, records, "secret of peers")));
    }

    private static RecordedPoint RecordOf(RunEvent entry) => entry.Step is null ? entry.Epoch.ToRecord() : entry.Step.ToRecord();

    /// <summary>What a worker was sent since that was asked last, its welcome aside.</summary>
    public IReadOnlyList<CoordinatorMessage> Sent(string id)
    {
        var all = Effects.OfType<Send>().Where(s => s.To == this[id] && s.Message.Welcome is null).Select(s => s.Message).ToList();
        int seen = _read.GetValueOrDefault(id);
        _read[id] = all.Count;
        return all[seen..];
    }

    public static Join JoinOf(string id) =>
        new()
        {
            WorkerId = id,
            Host = "host",
            ProcessId = 1,
            PeerAddress = "http://host:1",
            Device = "cpu",
            InstructionSet = "avx2",
            Libtorch = "2.10.0",
            Threads = 1,
            Version = "1",
        };

    public static Loaded LoadedOf(string fingerprint = "data") =>
        new()
        {
            Fingerprint = fingerprint,
            TrainSamples = TrainSamples,
            TestSamples = 64,
        };

    public static StoredCheckpoint CheckpointOf(long step) =>
        new()
        {
            Directory = $"step-{step:D8}",
            Step = step,
            Manifest = null,
            State = CheckpointState.Whole,
            Problems = [],
            Bytes = 1,
            Written = DateTimeOffset.UnixEpoch,
        };

    private void Do(IReadOnlyList<RunEffect> effects)
    {
        Effects.AddRange(effects);
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case Prepare prepare:
                    Preparations.Add(prepare.Need);
                    break;
                case Publish publish:
                    Publishing.Add(publish.Checkpoint);
                    break;
                case KeepRecords keep:
                    _records.RemoveAll(e => !keep.Recorded.Points.Contains(RecordOf(e)));
                    break;
                case Tell { Entry: { EventCase: RunEvent.EventOneofCase.Step or RunEvent.EventOneofCase.Epoch } entry }:
                    _records.Add(entry);
                    break;
            }
        }
        while (!HoldsPreparations && Preparations.Count > 0)
            GivePreparation();
    }
}
