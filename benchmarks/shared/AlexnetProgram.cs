using System.Diagnostics;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Native;

namespace AlexNet.Benchmarks;

/// <summary>The program <c>alexnet</c>, which lies beside this one, as a process that writes JSON.</summary>
internal static class AlexnetProgram
{
    /// <summary>Runs it to its end, and returns what it wrote.</summary>
    /// <param name="threads">The threads of its arithmetic.</param>
    /// <param name="arguments">The command and its arguments, without <c>--output json</c>.</param>
    /// <param name="cancellation">Kills it and its children.</param>
    /// <exception cref="InvalidOperationException">It failed; the message has its last words.</exception>
    public static async Task<IReadOnlyList<JsonElement>> RunAsync(
        int threads,
        IReadOnlyList<string> arguments,
        CancellationToken cancellation
    )
    {
        var start = StartOf(arguments);
        start.RedirectStandardError = true;
        (start.Environment["OMP_NUM_THREADS"], start.Environment["MKL_NUM_THREADS"]) = ($"{threads}", $"{threads}");
        AllocatorSettings.ApplyTo(start.Environment);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("alexnet did not start.");
        using var kill = cancellation.Register(() => process.Kill(entireProcessTree: true));
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        string[] lines = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == ExitCodes.Done
            ? [.. lines.Select(line => JsonElement.Parse(line))]
            : throw new InvalidOperationException(
                $"'alexnet {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}: {lines.LastOrDefault()} {await error}"
            );
    }

    /// <summary>How it is started with these arguments and <c>--output json</c>.</summary>
    public static ProcessStartInfo StartOf(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "alexnet")) { RedirectStandardOutput = true };
        foreach (string argument in arguments.Concat(["--output", "json"]))
            start.ArgumentList.Add(argument);
        return start;
    }
}
