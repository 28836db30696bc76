using Lockstep.Core.Errors;
using Lockstep.Core.Machines;
using Lockstep.Core.Recipes;
using Lockstep.Launching;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace AlexNet.Cli.Sweeping;

/// <summary>Makes the runs of a sweep out of a command line of a training, and checks every one of them before any begins.</summary>
/// <param name="directory">The directory of the sweep; each run has one of its own in it.</param>
/// <param name="training">The arguments of the training without its seed and its directory.</param>
/// <param name="read">Reads and checks the command line of a training.</param>
internal sealed class SweepPlan(string directory, IReadOnlyList<string> training, Func<IReadOnlyList<string>, Task<TrainRequest>> read)
{
    /// <summary>Every setting with every seed, the seeds of a setting one after the other.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="firstSeed">The seed of the first run of each setting; the recipe's by default.</param>
    /// <param name="seeds">The number of runs of each setting.</param>
    /// <param name="parallel">The number of runs side by side.</param>
    /// <exception cref="BadInputException">One of them is wrong; every error of all.</exception>
    public async Task<IReadOnlyList<SweepRun>> MakeAsync(IReadOnlyList<SweepSetting> settings, long? firstSeed, int seeds, int parallel)
    {
        var (runs, errors) = (new List<SweepRun>(), new List<string>());
        foreach (var setting in settings)
        {
            try
            {
                long first = firstSeed ?? (await read([.. training, .. setting.Arguments])).Recipe.Seed;
                for (int i = 0; i < seeds; i++)
                    runs.Add(await MakeAsync(setting, first + i));
            }
            catch (BadInputException e)
            {
                errors.AddRange(e.Errors.Select(error => $"{setting.Name}: {error}"));
            }
        }

        if (errors.Count == 0)
            Check(runs, parallel, errors);
        return errors.Count == 0 ? runs : throw new BadInputException(errors);
    }

    private async Task<SweepRun> MakeAsync(SweepSetting setting, long seed)
    {
        string place = Path.GetFullPath(Path.Combine(directory, setting.DirectoryOf(seed)));
        bool begun = TrainedRun.IsIn(place);
        var request = await read([
            .. training,
            .. setting.Arguments,
            "--seed",
            $"{seed}",
            "--run-dir",
            place,
            .. begun ? ["--resume"] : Array.Empty<string>(),
        ]);
        var newest = begun ? new CheckpointStore(place).List().FirstOrDefault(c => c.State == CheckpointState.Whole) : null;
        return new(setting, seed, request, SweepRun.HasEnded(request.Recipe, newest?.Manifest));
    }

    private static void Check(IReadOnlyList<SweepRun> runs, int parallel, List<string> errors)
    {
        foreach (var same in runs.GroupBy(r => RecipeJson.Write(r.Request.Recipe)).Where(g => g.Count() > 1))
        {
            errors.Add(
                $"'{same.First().Setting.Name}' and '{same.Last().Setting.Name}' are the same recipe; leave one of them out, or the "
                    + "option that sets the same key."
            );
        }

        foreach (var same in runs.GroupBy(r => r.Directory).Where(g => g.Count() > 1))
        {
            errors.Add(
                $"'{same.First().Name}' and '{same.Last().Name}' would have the same directory, '{same.Key}'; change one of the values."
            );
        }

        var (largest, atOnce) = (runs.MaxBy(r => r.Request.Topology.Workers * r.Request.WorkerBytes), Math.Min(parallel, runs.Count));
        if (
            atOnce > 1
            && largest?.Request is { } request
            && MachineRoom.Here.MemoryProblem(
                atOnce * request.Topology.Workers,
                atOnce * request.Spares,
                request.WorkerBytes,
                request.SpareBytes
            )
                is { } problem
        )
        {
            errors.Add($"--parallel is {parallel}: {problem}");
        }

        if (atOnce > 1 && runs.Any(r => r.Request.CoordinatorPort != 0 || r.Request.MetricsPort != 0))
        {
            errors.Add(
                $"--parallel is {parallel}, and runs side by side cannot have one port; leave --coordinator-port and --metrics-port out."
            );
        }
    }
}
