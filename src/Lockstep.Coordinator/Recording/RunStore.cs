using System.Text;
using System.Text.Json;
using Lockstep.Coordinator.TensorBoard;
using Lockstep.Core.Errors;
using Lockstep.Core.Recipes;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;
using Lockstep.Protocol.V1;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;
using Lockstep.Storage.Runs;

namespace Lockstep.Coordinator.Recording;

/// <summary>
/// The run's directory: the resolved recipe, the names of the classes, and one line of metrics for each step and epoch, each once, over all
/// generations; the same for TensorBoard.
/// </summary>
internal sealed class RunStore : IDisposable
{
    private readonly string _path;
    private readonly ILogger<RunStore> _logger;
    private readonly EventLog _events;
    private bool _isBehind; // the last line is missing, and that is told
    private bool _isCut; // a part of it may be there
    private FileStream? _metrics; // null while it cannot be opened

    public RunStore(CoordinatorOptions options, RunLedger ledger, TimeProvider time, ILogger<RunStore> logger)
    {
        _logger = logger;
        _path = Path.Combine(options.RunDirectory, CheckpointFiles.Metrics);
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
        if (goesOn)
            TryOpen();
        else
            _metrics = Open();
        _events = new EventLog(options.RunDirectory, ledger.Term, time, logger);
    }

    public void Write(StepDone step)
    {
        _events.Write(step);
        Write(
            new
            {
                @event = "step",
                step = step.Step,
                epoch = step.Epoch,
                loss = step.Loss,
                samples = step.Samples,
                rate = step.Rate,
                images_per_second = step.ImagesPerSecond,
            }
        );
    }

    public void Write(EpochDone epoch)
    {
        _events.Write(epoch);
        Write(
            new
            {
                @event = "epoch",
                epoch = epoch.Epoch,
                step = epoch.Step,
                loss = epoch.Loss,
                test_loss = epoch.TestLoss,
                top1 = epoch.Top1,
                top5 = epoch.Top5,
            }
        );
    }

    /// <summary>The words for the classes, which a trained net keeps when its data is gone.</summary>
    public void Write(IReadOnlyList<string> classNames)
    {
        try
        {
            ClassNames.Write(Path.GetDirectoryName(_path) ?? "", classNames);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.ClassesNotRecorded(e.Message);
        }
    }

    /// <summary>Tells a book everything up to a step, and forgets the rest: the run goes on from there.</summary>
    /// <returns>What it told, in order.</returns>
    public IReadOnlyList<RunEvent> Replay(StepBook book, long last)
    {
        var records = Read(last);
        book.Replay(records.Entries);
        GoOn(records);
        return records.Entries;
    }

    /// <summary>Reads everything up to a step and changes nothing; any thread may, while nothing is written.</summary>
    public RunRecords Read(long last)
    {
        var (kept, entries) = (new List<string>(), new List<RunEvent>());
        int lines = 0,
            damaged = 0;
        long whole = 0; // bytes before the first line that is left out
        foreach (string line in File.Exists(_path) ? InputFile.ReadLines(_path) : [])
        {
            lines++;
            if (MetricsLine.Parse(line) is not { } entry)
            {
                damaged++; // or cut short when the coordinator was killed
            }
            else if ((entry.Step?.Step ?? entry.Epoch.Step) <= last)
            {
                if (kept.Count == lines - 1)
                    whole += Encoding.UTF8.GetByteCount(line) + 1;
                kept.Add(line);
                entries.Add(entry);
            }
        }
        if (damaged > 0)
            _logger.LinesLeftOut(_path, Count.Of(damaged, "line"));
        return new(entries, kept, IsAll: kept.Count == lines, whole);
    }

    /// <summary>Goes on behind what was read, and forgets the rest.</summary>
    public void GoOn(RunRecords records)
    {
        _metrics?.Dispose();
        _metrics = null;
        if (!records.IsAll)
            Rewrite(records.Lines, records.WholeBytes);
        TryOpen();
        _events.Begin(records.Steps);
    }

    public void Dispose()
    {
        _metrics?.Dispose();
        _events.Dispose();
    }

    /// <summary>A disk that cannot be written costs lines, not the run.</summary>
    /// <exception cref="InvalidOperationException">The run directory is gone: nothing can be saved any more.</exception>
    private void Write(object line)
    {
        if (!File.Exists(_path))
            Renew();
        if (_metrics is null && !TryOpen())
            return;
        _isCut = !Try(() =>
        {
            string end = _isCut ? "\n" : "";
            _metrics?.Write(Encoding.UTF8.GetBytes($"{end}{JsonSerializer.Serialize(line, MetricsLine.Options)}\n"));
            _isBehind = false;
        });
    }

    /// <summary>The file was deleted: alone, and then there is another from here on, or with all that lay beside it.</summary>
    private void Renew()
    {
        string directory = Path.GetDirectoryName(_path) ?? "";
        if (IsGone(Path.Combine(directory, CheckpointFiles.Recipe)))
        {
            throw new InvalidOperationException(
                $"run directory '{directory}' is not there any more: it was deleted, moved or unmounted while the run trained, so nothing "
                    + "of it can be saved. Begin it anew, or bring the directory back and go on with it (--resume)."
            );
        }

        _metrics?.Dispose();
        _metrics = null;
    }

    /// <summary>Whether a file is not there; one that cannot be looked at may be.</summary>
    private static bool IsGone(string path)
    {
        try
        {
            File.GetAttributes(path);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// Leaves out what does not hold any more; where the disk has no room for the new file, the old one is cut off before it.
    /// </summary>
    private void Rewrite(IReadOnlyList<string> kept, long whole)
    {
        string unfinished = _path + ".unfinished";
        bool isWritten = Try(() =>
        {
            File.WriteAllLines(unfinished, kept);
            File.Move(unfinished, _path, overwrite: true);
        });
        if (isWritten)
            return;
        Try(() =>
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Write);
            file.SetLength(Math.Min(whole, file.Length));
        });
        Try(() => File.Delete(unfinished));
    }

    private bool TryOpen() => Try(() => _metrics = Open());

    /// <summary>Does something to the file; what cannot be done is told once.</summary>
    private bool Try(Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_isBehind)
                _logger.NotRecorded(_path, e.Message);
            return !(_isBehind = true);
        }
    }

    /// <summary>Whole or not at all: the coordinator may have been started from this very file.</summary>
    private static void WriteRecipe(string path, string recipe)
    {
        if (!File.Exists(path) || InputFile.ReadAllText(path) != recipe)
            DurableFile.Write(path, file => file.Write(Encoding.UTF8.GetBytes(recipe)));
    }

    private FileStream Open() => new(InputFile.Require(_path), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
}
