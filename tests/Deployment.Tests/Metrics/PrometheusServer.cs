using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using AlexNet.Testing;

namespace Deployment.Tests.Metrics;

/// <summary>A real Prometheus on a free port, which scrapes programs of this machine every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5),
        StartTimeout = TimeSpan.FromSeconds(30);

    private readonly ProgramProcess _process;
    private readonly HttpClient _http;

    private PrometheusServer(ProgramProcess process, int port) =>
        (_process, _http) = (process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") });

    /// <summary>Skips the test that calls it where Prometheus is not installed.</summary>
    public static void Require(string program = "prometheus") =>
        Assert.SkipWhen(InstalledProgram.Find(program) is null, "needs Prometheus (Debian's package 'prometheus').");

    /// <param name="folder">Where it keeps its data; is made.</param>
    /// <param name="ports">Metrics ports of this machine, by job.</param>
    /// <param name="rules">A file of rules, looked at every second; none when null.</param>
    public static async Task<PrometheusServer> StartAsync(string folder, Dictionary<string, int[]> ports, string? rules = null)
    {
        Directory.CreateDirectory(folder);
        string config = Path.Combine(folder, "prometheus.yml");
        var jobs = ports.Select(job =>
            $"  - job_name: {job.Key}\n    static_configs:\n      - targets: "
            + $"[{string.Join(", ", job.Value.Select(p => $"'127.0.0.1:{p}'"))}]\n"
        );
        await File.WriteAllTextAsync(
            config,
            $"global:\n  scrape_interval: 1s\n  evaluation_interval: 1s\nrule_files: [{rules}]\nscrape_configs:\n{string.Concat(jobs)}"
        );
        int port = FreePorts.Free();
        string[] arguments = [$"--config.file={config}", $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{port}"];
        var server = new PrometheusServer(ProgramProcess.Start("prometheus", arguments, directory: folder), port);
        await server.WaitForAsync("vector(1)", found => found == 1, StartTimeout);
        return server;
    }

    /// <summary>Asks again and again until the query's one value fits, and returns it.</summary>
    /// <exception cref="TimeoutException">It never did.</exception>
    public async Task<double> WaitForAsync(string query, Func<double, bool> fits, TimeSpan deadline)
    {
        using var timeout = new CancellationTokenSource(deadline);
        using var timer = new PeriodicTimer(Interval);
        string last = "nothing";
        try
        {
            while (await timer.WaitForNextTickAsync(timeout.Token))
            {
                if (await TryAsync(query, timeout.Token) is not { } answer)
                    continue;
                last = answer.ToString();
                if (Series(answer) is [var (_, value)] && fits(value))
                    return value;
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested) { }
        throw new TimeoutException(
            $"Prometheus did not give a fitting answer to '{query}' within {deadline.TotalSeconds} s, but {last}. {_process.Error}"
        );
    }

    /// <summary>The labels and values of an instant query.</summary>
    /// <exception cref="HttpRequestException">It is no query.</exception>
    public async Task<IReadOnlyList<(string Labels, double Value)>> AskAsync(string query) =>
        Series(await GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}"));

    /// <summary>Names of the rules that have been evaluated without an error.</summary>
    public async Task<IEnumerable<string>> HealthyRulesAsync() =>
        from grouped in (await GetAsync("api/v1/rules")).GetProperty("data").GetProperty("groups").EnumerateArray()
        from rule in grouped.GetProperty("rules").EnumerateArray()
        where rule.GetProperty("health").GetString() == "ok"
        select rule.GetProperty("name").GetString();

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _process.DisposeAsync();
    }

    private async Task<JsonElement?> TryAsync(string query, CancellationToken cancellation)
    {
        try
        {
            return await GetAsync($"api/v1/query?query={Uri.EscapeDataString(query)}", cancellation);
        }
        catch (HttpRequestException)
        {
            return null; // it is starting
        }
    }

    private Task<JsonElement> GetAsync(string path, CancellationToken cancellation = default) =>
        _http.GetFromJsonAsync<JsonElement>(path, cancellation);

    /// <summary>What an instant query finds: a value is a pair of time and text.</summary>
    private static (string Labels, double Value)[] Series(JsonElement answer) =>
        [
            .. answer
                .GetProperty("data")
                .GetProperty("result")
                .EnumerateArray()
                .Select(series =>
                    (
                        string.Join(
                            ",",
                            series
                                .GetProperty("metric")
                                .EnumerateObject()
                                .Where(l => l.Name is not ("__name__" or "instance" or "job"))
                                .Select(l => $"{l.Name}={l.Value}")
                        ),
                        double.Parse(series.GetProperty("value")[1].GetString() ?? "", CultureInfo.InvariantCulture)
                    )
                ),
        ];
}
