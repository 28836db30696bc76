namespace Lockstep.Core.Timings;

/// <summary>
/// Every time by which a process is judged alive or lost: how long who is silent before who acts. Whoever knows more is given the time to
/// speak first, so the times have an order: the status page's diagnosis comes before the other workers, these before the coordinator, the
/// coordinator before the deadline of an operation, and the deadline before the time to join. <see cref="Violations"/> states it as rules.
/// </summary>
public sealed record LivenessTimings
{
    /// <summary>What holds unless the user's settings say otherwise.</summary>
    public static LivenessTimings Standard { get; } = new();

    /// <summary>A worker that makes progress, and has told the coordinator nothing for so long, says that it is alive.</summary>
    public TimeSpan AliveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A worker's training that has not moved for so long stands still, and the worker says so to the coordinator.</summary>
    public TimeSpan StandstillLeast { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A worker looks this often whether its training stands still.</summary>
    public TimeSpan StandstillInterval { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>A worker that stands still in its own work for so long at least is called slow by the diagnosis.</summary>
    public TimeSpan SlowLeast { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A worker that stands still in its own work for so many usual steps is called slow by the diagnosis.</summary>
    public double SlowSteps { get; init; } = 3;

    /// <summary>A worker that stands still in its own work for so long at least is called hung by the diagnosis.</summary>
    public TimeSpan HungLeast { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>A worker that stands still in its own work for so many usual steps is called hung by the diagnosis.</summary>
    public double HungSteps { get; init; } = 5;

    /// <summary>A worker that has said nothing at all for so long is called hung by the diagnosis.</summary>
    public TimeSpan HungSilence { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The diagnosis grants a worker's first step so long, because no step has told yet how long one takes.</summary>
    public TimeSpan FirstStep { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A worker gives up a peer that stands still for so long in the middle of a copy between their memories.</summary>
    public TimeSpan CopyPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>When one direction of a stream between two workers has ended, the other has so long to end too.</summary>
    public TimeSpan LinkGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Workers wait for each other for so long at least before they give one up.</summary>
    public TimeSpan PeerLeast { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Workers wait for each other for so many times the slowest of their last steps before they give one up.</summary>
    public double PeerSteps { get; init; } = 10;

    /// <summary>A peer's stream waits for so long until this worker has joined the stream's generation.</summary>
    public TimeSpan RegistrationTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Either end of a connection that has been silent for so long asks whether the other is still there.</summary>
    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whoever has asked waits for so long for the answer, and then closes the connection.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The coordinator looks at its deadlines this often.</summary>
    public TimeSpan LookInterval { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>A worker that is told to end its generation has so long to notice the loss itself, and so know the operation.</summary>
    public TimeSpan OwnWords { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>A worker whose GPU operation fails gives the connections between workers so long to say who is gone.</summary>
    public TimeSpan GpuWords { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The coordinator gives a worker whose connection to another broke so long to say itself what has happened: the other may have noticed
    /// first.
    /// </summary>
    public TimeSpan WordsTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The coordinator gives the workers of a broken generation so long to report, beside the steps that they are in.</summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The coordinator gives the workers of a broken generation so many times the slowest of the last steps to report.</summary>
    public double SettleSteps { get; init; } = 2;

    /// <summary>The coordinator gives the workers so long to report while no step has told how long one takes.</summary>
    public TimeSpan FirstSettleTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The coordinator takes a worker that trains and tells nothing for hung after so long at least.</summary>
    public TimeSpan SilenceLeast { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The coordinator takes a worker that trains and tells nothing for hung after so many of the slowest last steps.</summary>
    public double SilenceSteps { get; init; } = 20;

    /// <summary>The coordinator takes a worker that trains and tells nothing for hung after so many deadlines at most.</summary>
    public double SilenceDeadlines { get; init; } = 2;

    /// <summary>An elastic run waits for a replacement for so long before it goes on with fewer replicas.</summary>
    public TimeSpan ReplacementTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A coordinator that was started again waits for so long for the workers of the generation in force.</summary>
    public TimeSpan ReturnTime { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The coordinator waits for so long for the first message of a worker's session.</summary>
    public TimeSpan HelloTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A worker tries for so long to reach the coordinator (--connect-timeout).</summary>
    public TimeSpan ConnectTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>No operation between workers waits longer than this (--deadline).</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A run waits for so long for its workers to join and read their data, and then to connect (--join-timeout).</summary>
    public TimeSpan JoinTime { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long after its last message a host that vanished is found out by pings.</summary>
    public TimeSpan PingTime => PingDelay + PingTimeout;

    /// <summary>The rules of the order that these times break, each as a sentence; none where all hold.</summary>
    public IReadOnlyList<string> Violations() => [.. Rules().Where(r => r.Sooner >= r.Later).Select(r => r.Sentence)];

    private IEnumerable<TimingRule> Rules() =>
        [
            // a worker that lives is heard of before anybody calls it hung
            Times(nameof(AliveInterval), AliveInterval, nameof(HungSilence), HungSilence),
            Times("the first word of a standstill", StandstillLeast + StandstillInterval, nameof(HungLeast), HungLeast),
            // the diagnosis: slow before hung, and both before anybody acts
            Times(nameof(SlowLeast), SlowLeast, nameof(HungLeast), HungLeast),
            Steps(nameof(SlowSteps), SlowSteps, nameof(HungSteps), HungSteps),
            Times(nameof(HungLeast), HungLeast, nameof(PeerLeast), PeerLeast),
            Times(nameof(HungSilence), HungSilence, nameof(PeerLeast), PeerLeast),
            Steps(nameof(HungSteps), HungSteps, nameof(PeerSteps), PeerSteps),
            // the workers: what ends within one operation ends before the operation is given up
            Times(nameof(CopyPatience), CopyPatience, nameof(PeerLeast), PeerLeast),
            Times(nameof(LinkGrace), LinkGrace, nameof(PeerLeast), PeerLeast),
            // the coordinator: it acts where no worker did, and hears those who know more
            Times(nameof(PeerLeast), PeerLeast, nameof(SilenceLeast), SilenceLeast),
            Steps(nameof(PeerSteps), PeerSteps, nameof(SilenceSteps), SilenceSteps),
            Times(nameof(LookInterval), LookInterval, nameof(WordsTime), WordsTime),
            Times(nameof(OwnWords), OwnWords, nameof(WordsTime), WordsTime),
            Times(nameof(GpuWords), GpuWords, nameof(WordsTime), WordsTime),
            Times(nameof(WordsTime), WordsTime, nameof(SettleTime), SettleTime),
            Times(nameof(SettleTime), SettleTime, nameof(FirstSettleTime), FirstSettleTime),
            // a worker whose coordinator's host vanished looks for the next one before that one gives the worker up
            Times("the answer to a ping", PingTime, nameof(ReturnTime), ReturnTime),
            Times(nameof(ReturnTime), ReturnTime, "--connect-timeout", ConnectTime),
            // the deadline of an operation: the last to end a wait between workers
            Times(nameof(SilenceLeast), SilenceLeast, "--deadline", Deadline),
            Times("the answer to a ping", PingTime, "--deadline", Deadline),
            Times(nameof(RegistrationTime), RegistrationTime, "--deadline", Deadline),
            // the time to join: workers that connect have the deadline to find out who is missing
            Times("--deadline", Deadline, "--join-timeout", JoinTime),
            Times(nameof(HelloTime), HelloTime, "--join-timeout", JoinTime),
            Times(nameof(ReplacementTime), ReplacementTime, "--join-timeout", JoinTime),
        ];

    private static TimingRule Times(string sooner, TimeSpan first, string later, TimeSpan second) =>
        new(sooner, first.TotalSeconds, later, second.TotalSeconds, "s");

    private static TimingRule Steps(string sooner, double first, string later, double second) => new(sooner, first, later, second, "steps");
}
