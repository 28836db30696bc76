using System.Diagnostics;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Launching;
using Lockstep.Native;

namespace AlexNet.Cli.Bench;

/// <summary>Another run of this program, for what it writes as JSON; started as workers are, so that it may compute itself.</summary>
internal static class AlexnetLines
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="threads">The threads of its arithmetic.</param>
    /// <param name="arguments">The command and its arguments, without <c>--output json</c>.</param>
    /// <param name="cancellation">Kills it and its children.</param>
    /// <exception cref="ProcessFailedException">It failed; the message is its own.</exception>
    public static async Task<IReadOnlyList<JsonElement>> RunAsync(
        int threads,
        IEnumerable<string> arguments,
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
            : throw new ProcessFailedException(
                $"'alexnet {string.Join(' ', arguments)}' ended with exit code {process.ExitCode}: {lines.LastOrDefault()} {await error}",
                process.ExitCode
            );
    }

    /// <summary>How this program is started once more, writing JSON that is read here.</summary>
    public static ProcessStartInfo StartOf(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath ?? "alexnet") { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "alexnet.dll"));
        foreach (string argument in arguments.Concat(["--output", "json"]))
            start.ArgumentList.Add(argument);
        return start;
    }
}
