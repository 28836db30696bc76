using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AlexNet.Core.Errors;
using AlexNet.Core.Status;
using AlexNet.Hosting;

namespace AlexNet.Cli.Watching;

/// <summary>The status page of one coordinator, found by its URL or by the directory of its run.</summary>
internal sealed class StatusSource : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string TokenVariable = Settings.VariableOf("operator-token");

    private readonly HttpClient _http;
    private readonly string? _runDirectory; // null where a URL was given

    private StatusSource(Uri address, string? runDirectory)
    {
        _runDirectory = runDirectory;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = address, Timeout = Patience };
        if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        else if (runDirectory is not null && OperatorTokenFile.TryRead(runDirectory) is { Length: > 0 } kept)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", kept);
    }

    /// <summary>Where the page is.</summary>
    public Uri Address => _http.BaseAddress ?? throw new InvalidOperationException("a source has an address");

    /// <param name="where">A URL, or a run directory; null for the newest run below <c>runs</c>.</param>
    /// <exception cref="BadInputException">It is neither, or the directory tells no address.</exception>
    public static StatusSource Find(string? where)
    {
        if (where is not null && Uri.TryCreate(where, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return new StatusSource(url, null);
        string directory = where ?? Newest();
        if (!Directory.Exists(directory))
            throw new BadInputException($"'{directory}' is neither a URL nor a directory; give the status page's URL, such as http://127.0.0.1:5001, or the directory of a run.");
        return new StatusSource(new Uri(RunAddress.Read(directory).Http), directory);
    }

    /// <exception cref="BadInputException">It answers, but lets nobody in without its token, or is no coordinator.</exception>
    /// <exception cref="InvalidOperationException">It does not answer.</exception>
    public async Task<RunStatus> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("api/status", UriKind.Relative), cancellation);
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
                throw new BadInputException($"{Address} requires the operator's token{(_http.DefaultRequestHeaders.Authorization is null ? "" : ", and the one given is not this run's")}; give it with {TokenVariable}.");
            if (!answer.IsSuccessStatusCode)
                throw new BadInputException($"{Address} answers {(int)answer.StatusCode} and no status; give the HTTP address of a coordinator (--http-listen), such as http://127.0.0.1:5001.");
            return StatusJson.Read(await answer.Content.ReadAsStringAsync(cancellation));
        }
        catch (JsonException e)
        {
            throw new BadInputException($"{Address} answers with no status of a run ({e.Message}); give the HTTP address of a coordinator of this version.");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            string reason = e is HttpRequestException ? e.Message : $"nothing came within {Patience.TotalSeconds:0} s";
            throw new InvalidOperationException($"The coordinator at {Address} does not answer: {reason}. It has ended, or cannot be reached from here."
                + (_runDirectory is null ? "" : $" Its log: {Path.Combine(_runDirectory, "logs", "coordinator.log")}"));
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Newest() =>
        (Directory.Exists("runs") ? new DirectoryInfo("runs").GetDirectories() : [])
            .Select(d => new FileInfo(Path.Combine(d.FullName, RunAddress.File))).Where(f => f.Exists).MaxBy(f => f.LastWriteTimeUtc)?.DirectoryName
        ?? throw new BadInputException("no coordinator leads a run below 'runs' here; give the status page's URL, such as http://127.0.0.1:5001, or the directory of a run.");
}
