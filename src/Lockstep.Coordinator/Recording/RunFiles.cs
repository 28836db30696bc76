using System.Text;
using Lockstep.Coordinator.TensorBoard;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Storage.Runs;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// The files of a run directory that grow with the run: the resolved recipe, the names of the classes, the metrics, and the same for
/// TensorBoard.
/// </summary>
internal sealed class RunFiles : IDisposable
{
    private readonly string _directory;
    private readonly ILogger<RunFiles> _logger;
    private readonly MetricsFile _metrics;
    private readonly EventLog _events;

    /// <exception cref="BadInputException">The directory holds a run that does not go on, or one of another recipe.</exception>
    public RunFiles(CoordinatorOptions options, RunLedger ledger, TimeProvider time, ILogger<RunFiles> logger)
    {
        (_directory, _logger) = (options.RunDirectory, logger);
        bool goesOn =
            ledger.IsResumed
            || options.TakeOver
            || options.ResumesAsNeeded
            || (ledger.RunId is not null && ledger.End is null && !options.Begins);
        if (!goesOn && TrainedRun.IsIn(options.RunDirectory))
        {
            throw new BadInputException(
                $"run directory '{options.RunDirectory}' holds a run already ({CheckpointFiles.Metrics}); go on with it "
                    + $"({RunHints.Resume(options.RunDirectory)}; a coordinator by hand: --resume true), or give each run a directory of "
                    + "its own (--run-dir)."
            );
        }

        string recipe = Path.Combine(options.RunDirectory, CheckpointFiles.Recipe);
        if (goesOn && File.Exists(recipe))
        {
            var before = options.Recipes.Read(InputFile.ReadAllText(recipe), $"'{recipe}'");
            RecipeDifferences.Refuse(options.RunDirectory, before, options.Recipe);
        }

        WriteRecipe(recipe, RecipeJson.Write(options.Recipe));
        _metrics = new MetricsFile(
            options.RunDirectory,
            missing: why => logger.NotRecorded(Path.Combine(_directory, CheckpointFiles.Metrics), why),
            leftOut: lines => logger.LinesLeftOut(Path.Combine(_directory, CheckpointFiles.Metrics), lines)
        );
        if (goesOn)
            _metrics.TryOpen();
        else
            _metrics.Open();
        _events = new EventLog(options.RunDirectory, ledger.Term, time, logger);
    }

    /// <exception cref="InvalidOperationException">The run directory is gone: nothing can be saved any more.</exception>
    public void Write(StepDone step)
    {
        _events.Write(step);
        _metrics.Append(step.ToRecord());
    }

    /// <exception cref="InvalidOperationException">The run directory is gone: nothing can be saved any more.</exception>
    public void Write(EpochDone epoch)
    {
        _events.Write(epoch);
        _metrics.Append(epoch.ToRecord());
    }

    /// <summary>The words for the classes, which a trained net keeps when its data is gone.</summary>
    public void Write(IReadOnlyList<string> classNames)
    {
        try
        {
            ClassNames.Write(_directory, classNames);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.ClassesNotRecorded(e.Message);
        }
    }

    /// <summary>Reads the metrics up to a step and changes nothing; any thread may, while nothing is written.</summary>
    public RecordedMetrics Read(long last) => _metrics.Read(last);

    /// <summary>Goes on behind what was read, and forgets the rest.</summary>
    public void GoOn(RecordedMetrics recorded)
    {
        _metrics.GoOn(recorded);
        _events.Begin(recorded.Steps);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _events.Dispose();
    }

    /// <summary>Whole or not at all: the coordinator may have been started from this very file.</summary>
    private static void WriteRecipe(string path, string recipe)
    {
        if (!File.Exists(path) || InputFile.ReadAllText(path) != recipe)
            DurableFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(recipe)));
    }
}
