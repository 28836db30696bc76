using System.Text;
using Lockstep.Core.Runs;
using Lockstep.Core.Texts;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Files;

namespace Lockstep.Storage.Runs;

/// <summary>
/// A run's <c>metrics.jsonl</c>, written as the run goes: one line for each step and evaluation, each once, over all generations. A disk
/// that cannot be written costs lines, not the run.
/// </summary>
/// <param name="runDirectory">The run's.</param>
/// <param name="missing">Hears once why lines are missing from there on.</param>
/// <param name="leftOut">Hears which lines could not be read, such as <c>1 line</c>.</param>
public sealed class MetricsFile(string runDirectory, Action<string> missing, Action<string> leftOut) : IDisposable
{
    private bool _isBehind; // the last line is missing, and that is told
    private bool _isCut; // a part of it may be there
    private FileStream? _file; // null while it cannot be opened

    public string Path { get; } = System.IO.Path.Combine(runDirectory, CheckpointFiles.Metrics);

    /// <summary>Opens it, and tells nobody where that fails.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public void Open() => _file = OpenFile();

    /// <summary>Opens it; where that fails, it is tried again with each line.</summary>
    /// <returns>Whether it is open.</returns>
    public bool TryOpen() => Try(() => _file = OpenFile());

    /// <summary>Adds a line.</summary>
    /// <exception cref="InvalidOperationException">The run directory is gone: nothing can be saved any more.</exception>
    public void Append(RecordedPoint point)
    {
        if (!File.Exists(Path))
            Renew();
        if (_file is null && !TryOpen())
            return;
        _isCut = !Try(() =>
        {
            string end = _isCut ? "\n" : "";
            _file?.Write(Encoding.UTF8.GetBytes($"{end}{MetricsLine.Format(point)}\n"));
            _isBehind = false;
        });
    }

    /// <summary>Reads everything up to a step and changes nothing; any thread may, while nothing is written.</summary>
    public RecordedMetrics Read(long last)
    {
        var (kept, points) = (new List<string>(), new List<RecordedPoint>());
        int lines = 0,
            damaged = 0;
        long whole = 0; // bytes before the first line that is left out
        foreach (string line in File.Exists(Path) ? InputFile.ReadLines(Path) : [])
        {
            lines++;
            if (MetricsLine.Parse(line) is not { } point)
            {
                damaged++; // or cut short when the coordinator was killed
            }
            else if (point.Step <= last)
            {
                if (kept.Count == lines - 1)
                    whole += Encoding.UTF8.GetByteCount(line) + 1;
                kept.Add(line);
                points.Add(point);
            }
        }
        if (damaged > 0)
            leftOut(Count.Of(damaged, "line"));
        return new(points, kept, IsAll: kept.Count == lines, whole);
    }

    /// <summary>Goes on behind what was read, and forgets the rest.</summary>
    public void GoOn(RecordedMetrics recorded)
    {
        _file?.Dispose();
        _file = null;
        if (!recorded.IsAll)
            Rewrite(recorded.Lines, recorded.WholeBytes);
        TryOpen();
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>The file was deleted: alone, and then there is another from here on, or with all that lay beside it.</summary>
    private void Renew()
    {
        if (IsGone(System.IO.Path.Combine(runDirectory, CheckpointFiles.Recipe)))
        {
            throw new InvalidOperationException(
                $"run directory '{runDirectory}' is not there any more: it was deleted, moved or unmounted while the run trained, so "
                    + "nothing of it can be saved. Begin it anew, or bring the directory back and go on with it (--resume)."
            );
        }

        _file?.Dispose();
        _file = null;
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
        string unfinished = Path + ".unfinished";
        bool isWritten = Try(() =>
        {
            File.WriteAllLines(unfinished, kept);
            File.Move(unfinished, Path, overwrite: true);
        });
        if (isWritten)
            return;
        Try(() =>
        {
            using var file = new FileStream(Path, FileMode.Open, FileAccess.Write);
            file.SetLength(Math.Min(whole, file.Length));
        });
        Try(() => File.Delete(unfinished));
    }

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
                missing(e.Message);
            return !(_isBehind = true);
        }
    }

    private FileStream OpenFile() => new(InputFile.Require(Path), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
}
