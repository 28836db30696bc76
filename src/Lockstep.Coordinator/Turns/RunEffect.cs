using Lockstep.Coordinator.Workers;
using Lockstep.Core.Membership;
using Lockstep.Core.Reductions;
using Lockstep.Core.Runs;
using Lockstep.Protocol.V1;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Turns;

/// <summary>
/// Something that the run's loop is to do outside of its decisions. Those of one turn are done in order; where one fails, those behind it
/// are not done. Effects on checkpoints and on a generation's preparation are in their own rooms.
/// </summary>
internal abstract record RunEffect;

/// <summary>A message goes out to a worker.</summary>
internal sealed record Send(WorkerSession To, CoordinatorMessage Message) : RunEffect;

/// <summary>Nothing more is sent to a worker: its stream ends once everything before has gone out.</summary>
internal sealed record HangUp(WorkerSession To) : RunEffect;

/// <summary>Something has happened: the log, the event stream, the files of the run directory and the metrics hear of it.</summary>
internal sealed record Tell(RunEvent Entry) : RunEffect;

/// <summary>The event stream is told again what an earlier coordinator has recorded.</summary>
internal sealed record Retell(RunEvent Entry) : RunEffect;

/// <summary>The ledger learns that a run begins, or that one that had ended goes on.</summary>
internal sealed record KeepBegin(string RunId, bool Drain, bool Hold) : RunEffect;

/// <summary>The ledger learns that the run was asked to end.</summary>
/// <param name="Hold">By an operator: no engine is to begin it again.</param>
internal sealed record KeepDrain(bool Hold) : RunEffect;

/// <summary>The ledger learns a generation that is about to be announced.</summary>
internal sealed record KeepPlan(Plan Plan, string PeerToken, int Restarts) : RunEffect;

/// <summary>The ledger learns that a generation begins to train.</summary>
internal sealed record KeepStart(long Generation) : RunEffect;

/// <summary>The ledger learns the run's data, and the run directory the words for their classes.</summary>
/// <param name="Data">What all workers have read.</param>
/// <param name="IsNew">The run begins; a run of an earlier version goes on, and may have begun with others.</param>
internal sealed record KeepData(DataIdentity Data, bool IsNew) : RunEffect;

/// <summary>The ledger learns which layers' gradients travel as factors, for the rest of the run.</summary>
internal sealed record KeepFactors(FactorChoice Choice) : RunEffect;

/// <summary>The ledger learns how the run has ended; where the disk takes no more, the end is told all the same.</summary>
/// <param name="How">How.</param>
/// <param name="Hold">As an operator wished: no engine is to begin it again.</param>
internal sealed record KeepEnd(Decision How, bool Hold) : RunEffect;

/// <summary>The metrics learn the workers.</summary>
internal sealed record CountWorkers(IReadOnlyList<WorkerSnapshot> Workers) : RunEffect;

/// <summary>The metrics learn that a worker has come on with a step or an evaluation.</summary>
internal sealed record CountProgress : RunEffect;

/// <summary>The metrics learn that a loss has ended a generation.</summary>
internal sealed record CountRestart(RestartCause Cause) : RunEffect;

/// <summary>The metrics learn the generation in force, and the size of its data set.</summary>
internal sealed record CountPlan(Plan Plan, int TrainSamples) : RunEffect;

/// <summary>The ledger learns how often parts that exist once are kept, for the rest of the run.</summary>
internal sealed record KeepProtection(int Every) : RunEffect;

/// <summary>The log says how gradients are reduced.</summary>
internal sealed record LogReduction(string How, string Reason) : RunEffect;

/// <summary>The log says that the run goes on from a checkpoint equal within tolerance, not bit for bit.</summary>
internal sealed record LogInexact(long Step, string Differences) : RunEffect;

/// <summary>The process ends once everybody has heard of it.</summary>
/// <param name="UntilHeard">Until one watcher has heard everything, and not until the workers have left.</param>
/// <param name="Lingers">Its metrics stay readable for a while.</param>
internal sealed record EndProcess(bool UntilHeard, bool Lingers) : RunEffect;

/// <summary>The run is over, and no worker is connected any more.</summary>
internal sealed record AllLeft : RunEffect;
