using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Core.Status;
using Lockstep.Hosting;
using Lockstep.Hosting.Services;
using Lockstep.Objects;
using Lockstep.Objects.Runs;
using Lockstep.Options;
using Lockstep.Storage.Checkpoints;

namespace Lockstep.Watching;

/// <summary>The status page of one coordinator, found by its URL or by the directory of its run.</summary>
internal sealed class StatusSource : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly string TokenVariable = Settings.VariableOf("operator-token");

    private readonly HttpClient? _http; // null where no coordinator leads the run
    private readonly bool _keepsToken;

    /// <param name="address">The address of the page; null where none is told.</param>
    /// <param name="runDirectory">The directory of the run; null where a URL was given.</param>
    /// <param name="allowsPlaintext">The token may travel in clear.</param>
    private StatusSource(Uri? address, string? runDirectory, bool allowsPlaintext)
    {
        (Address, RunDirectory) = (address, runDirectory);
        if (address is null)
            return;
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = Patience,
        };
        if (TokenOf(runDirectory) is not { } token)
            return;
        if (TokenTravel.Allows(address, allowsPlaintext))
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        else
            _keepsToken = true;
    }

    /// <summary>Where the page is; null where no coordinator leads the run.</summary>
    public Uri? Address { get; }

    /// <summary>The directory of the run; null where a URL was given.</summary>
    public string? RunDirectory { get; }

    /// <param name="where">A URL, or a run directory; null for the newest run below <c>runs</c>.</param>
    /// <param name="allowsPlaintext">The operator's token may travel in clear to another machine.</param>
    /// <exception cref="BadInputException">It is neither, or no run.</exception>
    public static StatusSource Find(string? where, bool allowsPlaintext)
    {
        if (where is not null && Uri.TryCreate(where, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return new StatusSource(AsDirectory(url), null, allowsPlaintext);
        string directory = where is null ? Newest() : RunningHere(where) ?? RunPlace.Read(where, withCheckpoint: false);
        if (!Directory.Exists(directory))
        {
            throw new BadInputException(
                $"'{directory}' is neither a URL nor a directory; give the status page's URL, such as http://127.0.0.1:5001, or the "
                    + "directory of a run."
            );
        }

        return new StatusSource(RunAddress.TryFind(directory) is { } address ? new Uri(address.Http) : null, directory, allowsPlaintext);
    }

    /// <summary>The working directory of a run in object storage that a coordinator of this machine leads.</summary>
    private static string? RunningHere(string where) =>
        ObjectAddress.Is(where)
        && RemoteRun.DefaultDirectory(ObjectAddress.Parse(where)) is var directory
        && RunAddress.TryFind(directory) is not null
            ? directory
            : null;

    /// <summary>How the run stands, or stood when it ended.</summary>
    /// <exception cref="BadInputException">It answers, but lets nobody in without its token, or is no coordinator; or there is no
    /// run.</exception>
    /// <exception cref="InvalidOperationException">It does not answer, and has left no word of its end.</exception>
    public async Task<RunStatus> ReadAsync(CancellationToken cancellation)
    {
        if (_http is null || Address is null)
        {
            return RunDirectory is null
                ? throw new InvalidOperationException("a source has an address or a directory")
                : EndedRun.TryRead(RunDirectory) ?? throw EndedRun.WithoutAWord(RunDirectory);
        }

        try
        {
            using var answer = await _http.GetAsync(new Uri("api/status", UriKind.Relative), cancellation);
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
                throw new BadInputException(WhyRefused(_http, Address));
            if (!answer.IsSuccessStatusCode)
            {
                throw new BadInputException(
                    $"{Address} answers {(int)answer.StatusCode} and no status; give the HTTP address of a coordinator (--http-listen), "
                        + "such as http://127.0.0.1:5001."
                );
            }

            return StatusJson.Read(await answer.Content.ReadAsStringAsync(cancellation));
        }
        catch (JsonException e)
        {
            throw new BadInputException(
                $"what {Address} answers is not the status of a run ({e.Message}); give the HTTP address of a coordinator of this version."
            );
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            if (RunDirectory is not null && EndedRun.TryRead(RunDirectory) is { } ended)
                return ended;
            string reason = e is HttpRequestException ? e.Message : $"no answer came within {Patience.TotalSeconds:0} s";
            throw new InvalidOperationException(
                $"The coordinator at {Address} does not answer: {reason}. It has ended, or cannot be reached from here."
                    + (RunDirectory is null ? "" : $" Its log: {Path.Combine(RunDirectory, "logs", "coordinator.log")}")
            );
        }
    }

    public void Dispose() => _http?.Dispose();

    private string WhyRefused(HttpClient http, Uri address) =>
        _keepsToken
            ? $"{address} requires the operator's token, which http would send unencrypted to another machine. Give an https address, or "
                + $"one of this machine (ssh -L), or allow it with {TokenTravel.Option}."
            : $"{address} requires the operator's "
                + $"token{(http.DefaultRequestHeaders.Authorization is null ? "" : ", and the one given is not this run's")}; give it "
                + $"with {TokenVariable}.";

    private static string? TokenOf(string? runDirectory) =>
        Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token ? token
        : runDirectory is not null && OperatorTokenFile.TryRead(runDirectory) is { Length: > 0 } kept ? kept
        : null;

    /// <summary>What stands before the last slash counts, behind a reverse proxy too.</summary>
    private static Uri AsDirectory(Uri page) =>
        page.AbsolutePath.EndsWith('/')
            ? page
            : new UriBuilder(page)
            {
                Path = page.AbsolutePath + "/",
                Query = "",
                Fragment = "",
            }.Uri;

    /// <summary>The newest run that a coordinator leads; where there is none, the newest of all.</summary>
    private static string Newest() =>
        NewestWith(RunAddress.File)
        ?? NewestWith(CheckpointFiles.Metrics)
        ?? throw new BadInputException(
            "there is no run below 'runs' here; give the status page's URL, such as http://127.0.0.1:5001, or the directory of a run."
        );

    private static string? NewestWith(string name) =>
        (Directory.Exists("runs") ? new DirectoryInfo("runs").GetDirectories() : [])
            .Select(d => new FileInfo(Path.Combine(d.FullName, name)))
            .Where(f => f.Exists)
            .MaxBy(f => f.LastWriteTimeUtc)
            ?.DirectoryName;
}
