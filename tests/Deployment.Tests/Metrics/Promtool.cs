using AlexNet.Testing;

namespace Deployment.Tests.Metrics;

/// <summary>Prometheus' own tool for metrics, configurations and rules.</summary>
internal static class Promtool
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>Skips the test that calls it where it is not installed.</summary>
    public static void Require() => PrometheusServer.Require("promtool");

    /// <summary>Runs it, and requires that it finds nothing wrong.</summary>
    /// <returns>All that it has written.</returns>
    public static async Task<string> RunAsync(string directory, params IEnumerable<string> arguments)
    {
        await using var promtool = ProgramProcess.Start("promtool", arguments, directory: directory);
        await promtool.SucceedAsync(Deadline);
        return promtool.Error + string.Join('\n', promtool.Output);
    }
}
