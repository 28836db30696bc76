using System.Diagnostics;

namespace AlexNet.Testing;

/// <summary>
/// A program that a test starts: its lines can be awaited, every wait has a deadline whose error shows what the program wrote, and the
/// program and all that it started are killed with this object.
/// </summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    // A program of a test lives for seconds: the runtime compiles its methods once more, optimised, when nothing new was compiled for so
    // many milliseconds, and not after the usual 100 in the middle of its start, where that took a fifth of the processor time of a run.
    private const string DelayOfOptimisation = "DOTNET_TC_CallCountingDelayMs",
        Milliseconds = "1000";

    private readonly Process _process;
    private readonly string _name;
    private readonly List<string> _output = [],
        _error = [];
    private TaskCompletionSource _changed = NewSignal();
    private bool _outputEnded;

    private ProgramProcess(string name, Process process)
    {
        (_name, _process) = (name, process);
        process.OutputDataReceived += (_, e) => Take(_output, e.Data);
        process.ErrorDataReceived += (_, e) => Take(_error, e.Data);
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Lines of standard output so far.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_output)
                return [.. _output];
        }
    }

    /// <summary>Standard error so far.</summary>
    public string Error
    {
        get
        {
            lock (_output)
                return string.Join('\n', _error);
        }
    }

    /// <summary>The path of one of our programs, which lie beside the tests.</summary>
    public static string Beside(string program) => Path.Combine(AppContext.BaseDirectory, program);

    /// <param name="program">A path, or a name that PATH knows.</param>
    /// <param name="arguments">One by one, unquoted.</param>
    /// <param name="environment">Variables beside those of the tests; null takes one away.</param>
    /// <param name="directory">Where it runs; that of the tests by default.</param>
    public static ProgramProcess Start(
        string program,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>>? environment = null,
        string? directory = null
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        start.Environment.TryAdd(DelayOfOptimisation, Milliseconds);
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        var started = new ProgramProcess(Path.GetFileName(program), process);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started;
    }

    /// <summary>The first line of standard output, past ones included, that fits.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    /// <exception cref="InvalidOperationException">The program ended its output without one.</exception>
    public async Task<string> WaitForLineAsync(Func<string, bool> fits, string what, TimeSpan deadline)
    {
        using var timeout = new CancellationTokenSource(deadline);
        for (int next = 0; ; )
        {
            Task changed;
            lock (_output)
            {
                for (; next < _output.Count; next++)
                {
                    if (fits(_output[next]))
                        return _output[next];
                }
                if (_outputEnded)
                    throw new InvalidOperationException($"{_name} ended without {what}.{Tail()}");
                changed = _changed.Task;
            }
            await changed.WaitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (timeout.IsCancellationRequested)
                throw new TimeoutException($"{_name} did not write {what} within {deadline.TotalSeconds} s.{Tail()}");
        }
    }

    /// <summary>Returns once standard error, past lines included, holds a text.</summary>
    /// <exception cref="TimeoutException">It did not come in time.</exception>
    public async Task WaitForErrorAsync(string text, TimeSpan deadline)
    {
        using var timeout = new CancellationTokenSource(deadline);
        for (int next = 0; ; )
        {
            Task changed;
            lock (_output)
            {
                for (; next < _error.Count; next++)
                {
                    if (_error[next].Contains(text, StringComparison.Ordinal))
                        return;
                }
                changed = _changed.Task;
            }
            await changed.WaitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (timeout.IsCancellationRequested)
                throw new TimeoutException($"{_name} did not log '{text}' within {deadline.TotalSeconds} s.{Tail()}");
        }
    }

    /// <summary>Its exit code, once it has ended and all its output is read.</summary>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public async Task<int> ExitCodeAsync(TimeSpan deadline)
    {
        using var timeout = new CancellationTokenSource(deadline);
        await _process.WaitForExitAsync(timeout.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return timeout.IsCancellationRequested && !_process.HasExited
            ? throw new TimeoutException($"{_name} did not end within {deadline.TotalSeconds} s.{Tail()}")
            : _process.ExitCode;
    }

    /// <summary>Waits for its end and requires exit code 0.</summary>
    public async Task SucceedAsync(TimeSpan deadline)
    {
        int code = await ExitCodeAsync(deadline);
        if (code != 0)
            throw new InvalidOperationException($"{_name} ended with exit code {code}.{Tail()}");
    }

    /// <summary>SIGKILL to this one process; what it started lives on.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(List<string> lines, string? line)
    {
        lock (_output)
        {
            if (line is not null)
                lines.Add(line);
            else if (lines == _output)
                _outputEnded = true;
            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }

    private string Tail()
    {
        const int count = 15;
        lock (_output)
        {
            return $"\nThe end of its output:\n{string.Join('\n', _output.TakeLast(count))}\nThe end of its standard "
                + $"error:\n{string.Join('\n', _error.TakeLast(count))}";
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
