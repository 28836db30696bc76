using System.Globalization;
using System.Text.RegularExpressions;

namespace Cluster.Tests.Security.Hostile;

/// <summary>
/// What an attacker who sits on the same machine as the same user finds out about a run: everything but the secret of its generation.
/// </summary>
internal sealed partial class AttackedRun
{
    public AttackedRun(string runDirectory)
    {
        string log = File.ReadAllText(Path.Combine(runDirectory, "logs", "coordinator.log"));
        RunId = RunLine().Match(log).Groups[1].Value;
        var worker = WorkerLine().Match(log);
        Member = ("w0", int.Parse(worker.Groups[1].Value, CultureInfo.InvariantCulture));
        Peer = new Uri(worker.Groups[2].Value);
        var arguments = File.ReadAllText($"/proc/{Member.ProcessId}/cmdline").Split('\0').ToList();
        Coordinator = new Uri(arguments[arguments.IndexOf("--coordinator") + 1]);
        Token = File.ReadAllText($"/proc/{Member.ProcessId}/environ")
            .Split('\0')
            .Single(v => v.StartsWith("ALEXNET_TOKEN=", StringComparison.Ordinal))["ALEXNET_TOKEN=".Length..];
        int coordinator = Failures
            .Processes.WithArgument("--max-restarts")
            .Single(p => File.ReadAllText($"/proc/{p}/cmdline").Split('\0').Contains(runDirectory));
        Processes = [coordinator, Member.ProcessId];
    }

    public string RunId { get; }

    /// <summary>The worker that is attacked, and whose place is tried to be taken.</summary>
    public (string Id, int ProcessId) Member { get; }

    public Uri Coordinator { get; }

    /// <summary>That worker's service for other workers.</summary>
    public Uri Peer { get; }

    /// <summary>The run's join token.</summary>
    public string Token { get; }

    /// <summary>The two that are attacked.</summary>
    public IReadOnlyList<int> Processes { get; }

    [GeneratedRegex(@"Run (\S+) is Running")]
    private static partial Regex RunLine();

    [GeneratedRegex(@"Worker w0, process (\d+) on \S+: joined\. .*peers at (\S+),")]
    private static partial Regex WorkerLine();
}
