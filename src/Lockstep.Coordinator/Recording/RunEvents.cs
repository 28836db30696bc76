using Lockstep.Coordinator.Workers;
using Lockstep.Core.Membership;
using Lockstep.Core.Recipes;
using Lockstep.Core.Reductions;
using Lockstep.Core.Sampling;
using Lockstep.Hosting;
using Lockstep.Protocol.V1;
using Plan = Lockstep.Core.Plans.Plan;

namespace Lockstep.Coordinator.Recording;

/// <summary>Words what happens to a run as events of its event stream: pure functions.</summary>
internal static class RunEvents
{
    /// <summary>The run begins to train, for watchers who know nothing of it yet.</summary>
    public static RunEvent Started(
        string runId,
        RunRecipe recipe,
        Plan plan,
        FactorChoice factors,
        (int Train, int Test) samples,
        IReadOnlyCollection<WorkerSession> members
    )
    {
        var steps = StepPlan.Of(recipe, samples.Train);
        var slowest = WorkerSpeed.SlowestOf([.. members.Select(m => m.Speed)]);
        return new()
        {
            Started = new Started
            {
                RunId = runId,
                Recipe = recipe.Name,
                Replicas = plan.Topology.Replicas,
                Shards = plan.Topology.Shards,
                Generation = plan.Generation,
                StartStep = plan.StartStep,
                TotalSteps = steps.TotalSteps,
                StepsPerEpoch = steps.StepsPerEpoch,
                Epochs = recipe.Training.Epochs,
                TrainSamples = samples.Train,
                TestSamples = samples.Test,
                SampleNoun = recipe.SampleNoun,
                Parameters = recipe.Parameters,
                Members = { plan.Members.Select(m => m.ToWire()) },
                Factors = { factors.Layers },
                BytesPerSecond = slowest.BytesPerSecond,
                FlopsPerSecond = slowest.FlopsPerSecond,
                Links = { LinksOf(plan, members) },
            },
        };
    }

    /// <summary>A later generation begins to train, or one that an earlier coordinator led goes on.</summary>
    public static RunEvent Generation(Plan plan) =>
        new()
        {
            Generation = new GenerationBegun
            {
                Generation = plan.Generation,
                StartStep = plan.StartStep,
                Replicas = plan.Topology.Replicas,
                Source =
                    plan.Donors is not null ? GenerationBegun.Types.Source.Live
                    : plan.Checkpoint is not null ? GenerationBegun.Types.Source.Checkpoint
                    : GenerationBegun.Types.Source.Start,
                Members = { plan.Members.Select(m => m.ToWire()) },
            },
        };

    /// <summary>The run is done; how long it took whoever writes the event stream knows.</summary>
    public static RunEvent Finished(StepAggregator aggregator, Decision decision) =>
        new()
        {
            Finished = new RunFinished
            {
                Steps = aggregator.Steps,
                Loss = aggregator.Loss,
                Metrics = { aggregator.LastEpoch?.Metrics ?? [] },
                SamplesPerSecond = aggregator.TrainingSeconds > 0 ? aggregator.Samples / aggregator.TrainingSeconds : 0,
                EndedEarly = decision.EndedEarly ?? "",
            },
        };

    public static RunEvent Interrupted(StepAggregator aggregator, Decision decision) =>
        new()
        {
            Interrupted = new RunInterrupted
            {
                Step = aggregator.Steps,
                Message = decision.Reason,
                ExitCode = decision.ExitCode,
            },
        };

    public static RunEvent Failed(Decision decision) =>
        new()
        {
            Failed = new RunFailed { Message = decision.Reason, ExitCode = decision.ExitCode },
        };

    private static IEnumerable<Link> LinksOf(Plan plan, IReadOnlyCollection<WorkerSession> members) =>
        from session in members
        let first = session.Worker.Rank ?? 0
        orderby first
        from second in Enumerable.Range(first + 1, plan.Members.Count - first - 1)
        select new Link
        {
            First = first,
            Second = second,
            Transport = session.Transports[second],
        };
}
