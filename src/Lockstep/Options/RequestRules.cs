using System.Net;
using Lockstep.Core.Machines;
using Lockstep.Core.Runs;
using Lockstep.Core.Sampling;
using Lockstep.Core.Texts;
using Lockstep.Launching;

namespace Lockstep.Options;

/// <summary>
/// What a training that is asked for must keep before anything of it starts, and what its user should know. A pure function of the request,
/// the data, the run that it goes on with, and the machine.
/// </summary>
internal static class RequestRules
{
    /// <summary>Checks what can be said without looking at data.</summary>
    /// <param name="request">The complete request.</param>
    /// <param name="room">The room of this machine.</param>
    /// <param name="errors">Receives everything for which it must not start.</param>
    public static void Check(TrainRequest request, MachineRoom room, ICollection<string> errors)
    {
        int workers = request.Topology.Workers;
        if (room.ThreadProblem("--threads", request.Threads) is { } threads)
            errors.Add(threads);
        if (room.MemoryProblem(workers, request.Spares, request.WorkerBytes, request.SpareBytes) is { } memory)
            errors.Add(memory);
        if (request.MostRestarts == 0 && request.Spares > 0)
        {
            errors.Add(
                $"--spares is {request.Spares} and --max-restarts is 0, which ends the run with its first loss, so that no spare could "
                    + "ever step in; leave one of them out."
            );
        }

        if (request.MostRestarts == 0 && request.LeastReplicas < request.Recipe.Layout.Replicas)
        {
            errors.Add(
                "--elastic is given and --max-restarts is 0, which ends the run with its first loss, so that it could never shrink; leave "
                    + "one of them out."
            );
        }

        CheckPorts(request, workers + request.Spares, errors);
    }

    /// <summary>Checks what depends on the data and on the run so far.</summary>
    /// <param name="request">The complete request.</param>
    /// <param name="data">The data that the run would train on.</param>
    /// <param name="run">The run to continue; null for a new one.</param>
    /// <param name="errors">Receives everything for which it must not start.</param>
    /// <param name="notes">Receives what the user should know.</param>
    public static void Check(TrainRequest request, DataIdentity data, BegunRun? run, ICollection<string> errors, ICollection<string> notes)
    {
        var steps = StepPlan.Of(request.Recipe, data.TrainSamples);
        if (steps.StepLimit > steps.StepsOfEpochs)
        {
            notes.Add(
                FormattableString.Invariant($"'training.steps' (--steps) is {steps.StepLimit} and changes nothing: the run's ")
                    + $"{Count.Of(steps.Epochs, "epoch ends", "epochs end")} after {Count.Of(steps.StepsOfEpochs, "step")}; "
                    + "for more give --epochs too."
            );
        }

        foreach (long step in request.DumpedSteps.Where(s => s >= steps.TotalSteps))
        {
            errors.Add(
                FormattableString.Invariant(
                    $"--dump-steps has {step}, which the run never makes; its steps are 0 to {steps.TotalSteps - 1}."
                )
            );
        }

        if (run is null)
        {
            if (request is { Weights: null, Recipe.Start: { } start })
            {
                errors.Add(
                    $"recipe '{request.Recipe.Name}' begins with the weights of a file ('start.sha256' is {start.Sha256}); give it with "
                        + "--weights FILE."
                );
            }

            return;
        }

        if (run.Newest?.Data is { } before && before.Differences(data) is { Count: > 0 } differences)
        {
            errors.Add(DataIdentity.Refusal(run.Directory, differences));
        }
        else if (run.Newest is { Data: null })
        {
            notes.Add(
                $"the run in '{run.Directory}' was begun by a version that did not record its data: whether they are still the same is not "
                    + "known."
            );
        }

        long done = run.Newest?.Step ?? 0;
        if (steps.Overrun(done) is { } overrun)
        {
            errors.Add($"'{run.Directory}': {overrun}");
        }
        else if (done == steps.TotalSteps)
        {
            notes.Add(
                FormattableString.Invariant(
                    $"nothing is left to train: the run has made all of its {Count.Of(done, "step")}. --epochs gives it more."
                )
            );
        }

        if (request.Weights is not null)
        {
            errors.Add(
                "--weights is given, but the run continues from what it has, and would not read them; leave them out, or begin a new run "
                    + "with them."
            );
        }
    }

    private static void CheckPorts(TrainRequest request, int workers, ICollection<string> errors)
    {
        Require("--coordinator-port", request.CoordinatorPort, 0, errors);
        Require("--metrics-port", request.MetricsPort, request.MetricsPort > 0 ? workers : 0, errors);
        if (
            request.MetricsPort > 0
            && request.CoordinatorPort >= request.MetricsPort
            && request.CoordinatorPort <= request.MetricsPort + workers
        )
        {
            errors.Add(
                $"--coordinator-port is {request.CoordinatorPort}, which is one of the metrics ports {request.MetricsPort} to "
                    + $"{request.MetricsPort + workers}; give another."
            );
        }
    }

    private static void Require(string option, int port, int following, ICollection<string> errors)
    {
        int most = IPEndPoint.MaxPort - following;
        if (port < 0 || port > most)
        {
            errors.Add(
                $"{option} is {port}; it must be 0 (a free one) to "
                    + $"{most}{(following > 0 ? $", as the {following} ports after it are the workers'" : "")}."
            );
        }
    }
}
