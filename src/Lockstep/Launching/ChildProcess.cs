using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Lockstep.Core.Errors;
using Lockstep.Hosting;
using Lockstep.Native;
using Lockstep.Storage.Files;

namespace Lockstep.Launching;

/// <summary>
/// A process of the run. It holds our end of its standard input and ends when that closes, however we end; what it writes goes to its log.
/// </summary>
internal sealed partial class ChildProcess : IAsyncDisposable
{
    private static readonly string[] Inherited =
    [
        "ALEXNET_LIBTORCH",
        "ALEXNET_LIBTORCH_ANY",
        "ALEXNET_CACHE",
        .. TelemetryOptions.Names.Select(Settings.VariableOf),
    ];

    private const int RememberedLines = 8;
    private const int SignalBase = 128;
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(0.1); // for a death that has happened to be seen
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly TextWriter _log;
    private readonly Action<string>? _said;
    private bool _killed;
    private readonly Queue<string> _lastLines = new();
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(string name, Process process, TextWriter log, Action<string>? said)
    {
        (Name, _process, _log, _said) = (name, process, log, said);
        process.OutputDataReceived += (_, e) => TakeOutput(e.Data);
        process.ErrorDataReceived += (_, e) => TakeLog(e.Data);
    }

    public string Name { get; }

    public int Id => _process.Id;

    /// <summary>The first line that it writes to standard output; cancelled if it ends without one.</summary>
    public Task<string> FirstLine => _firstLine.Task;

    /// <summary>Completes when it has ended.</summary>
    public Task Ended => _process.WaitForExitAsync();

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>It was ended by a signal, and not by ours.</summary>
    public bool WasKilled => ExitCode > SignalBase && !_killed;

    /// <summary>The signal was one that somebody sends, and none that a fault of its own raises.</summary>
    public bool WasKilledFromOutside => WasKilled && ExitCode - SignalBase is 1 or 2 or 3 or 9 or 15;

    /// <summary>The exit code that its end calls for in ours: its own where it is one of ours.</summary>
    public int FailureCode => ExitCode is 0 or > SignalBase ? ExitCodes.Failed : ExitCode;

    /// <summary>Starts a program of the run.</summary>
    /// <param name="name">The name of the process, which its log has too.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Settings as --name value.</param>
    /// <param name="environment">Variables beside our own.</param>
    /// <param name="logDirectory">The directory for its log.</param>
    /// <param name="said">Hears the lines of its standard output, on any thread; they go to the log too.</param>
    /// <exception cref="ProcessFailedException">The system starts no such process.</exception>
    public static ChildProcess Start(
        string name,
        ProgramCommand program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string logDirectory,
        Action<string>? said = null
    )
    {
        var start = new ProcessStartInfo(program.File)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Surroundings.DirectoryProblem(() => Environment.CurrentDirectory) is not null)
            start.WorkingDirectory = AppContext.BaseDirectory; // ours was deleted under us; all paths are full ones
        foreach (string argument in program.Arguments.Concat(arguments))
            start.ArgumentList.Add(argument);
        // what the user set for the command line is not meant for its processes
        foreach (
            string variable in start
                .Environment.Keys.Where(k => k.StartsWith(Settings.Prefix, StringComparison.Ordinal) && !Inherited.Contains(k))
                .ToList()
        )
        {
            start.Environment.Remove(variable);
        }

        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        AllocatorSettings.ApplyTo(start.Environment);

        var log = OpenLog(Path.Combine(logDirectory, name + ".log"));
        var process = new Process { StartInfo = start };
        var child = new ChildProcess(name, process, log, said);
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            process.Dispose();
            log.Dispose();
            throw new ProcessFailedException($"'{start.FileName}' cannot be started: {e.Message}", ExitCodes.Failed);
        }
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>SIGKILL, where it still runs.</summary>
    public void Kill()
    {
        if (_process.WaitForExit(Notice))
            return; // by itself: how it ended is worth telling
        _killed = true;
        _process.Kill(entireProcessTree: true);
    }

    /// <summary>How it ended, in words: an exit code, or a signal and its name.</summary>
    public string HowEnded() =>
        ExitCode > SignalBase
            ? $"ended by signal {ExitCode - SignalBase}{NameOf(ExitCode - SignalBase)}"
            : $"ended with exit code {ExitCode}";

    /// <summary>The last lines of its log.</summary>
    public string LastLines()
    {
        lock (_lastLines)
            return string.Join(Environment.NewLine, _lastLines);
    }

    /// <summary>The message that it ended with, which stands beside its log or is the last line of it.</summary>
    public string LastWords()
    {
        lock (_lastLines)
        {
            string[] said = [.. _lastLines.Where(line => !LogLine().IsMatch(line))];
            return said.Length > 0
                ? string.Join(Environment.NewLine, said)
                : LogLine().Replace(_lastLines.LastOrDefault() ?? "it said nothing", "");
        }
    }

    /// <summary>Asks it to end, waits a moment, then kills it.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Farewell);
        await _process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
        CloseLog();
    }

    private void TakeOutput(string? line)
    {
        if (line is null)
        {
            _firstLine.TrySetCanceled();
            return;
        }

        _said?.Invoke(line);
        if (!_firstLine.TrySetResult(line) || _said is not null)
            TakeLog(line);
    }

    private void TakeLog(string? line)
    {
        if (line is null)
            return;
        lock (_lastLines)
        {
            WriteToLog(line);
            _lastLines.Enqueue(line);
            if (_lastLines.Count > RememberedLines)
                _lastLines.Dequeue();
        }
    }

    /// <summary>A log that cannot be written costs its lines, not the run; the last of them are remembered all the same.</summary>
    private static TextWriter OpenLog(string path)
    {
        try
        {
            return new StreamWriter(InputFile.Require(path), append: true) { AutoFlush = true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return TextWriter.Null;
        }
    }

    private void WriteToLog(string line)
    {
        try
        {
            _log.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // the disk is full, or closed to us: the line is lost, the run is not
        }
    }

    private void CloseLog()
    {
        lock (_lastLines)
        {
            try
            {
                _log.Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // what could not be written before cannot be now
            }
        }
    }

    /// <summary>What a line of a log begins with: time, level and category; and how a worker's last one goes on.</summary>
    [GeneratedRegex(@"^(\d\d:\d\d:\d\d\.\d+ \w+: \S+ (Ending with exit code \d+ after \d+ updates: )?|(?=\{))")]
    private static partial Regex LogLine();

    private static string NameOf(int signal) =>
        signal switch
        {
            2 => " (SIGINT)",
            4 => " (SIGILL)",
            6 => " (SIGABRT)",
            7 => " (SIGBUS)",
            9 => " (SIGKILL: killed from outside, or by the kernel because memory ran out)",
            11 => " (SIGSEGV)",
            15 => " (SIGTERM)",
            _ => "",
        };
}
