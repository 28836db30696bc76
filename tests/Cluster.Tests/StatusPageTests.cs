using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Core.Status;
using Lockstep.Hosting;
using Lockstep.Storage.Runs;

namespace Cluster.Tests;

/// <summary>The status page of a real run, as a program sees it; Browser.Tests shows it to a browser.</summary>
public sealed class StatusPageTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private static readonly string[] LongRun =
    [
        "quickstart",
        "--threads",
        "1",
        "--batch",
        "16",
        "--epochs",
        "1000",
        "--set",
        "checkpoint.best=false",
        .. SmallRun.FewPictures,
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_run_is_shown_saved_and_drained_by_whoever_has_its_token_and_read_by_whoever_is_on_its_machine()
    {
        string run = _folder["run"];
        await using var alexnet = AlexnetProcess.Train(run, LongRun);
        var started = await alexnet.WaitForAsync("started", Deadline);
        _http.BaseAddress = new Uri(started.GetProperty("status_page").GetString() ?? "");
        await alexnet.WaitForAsync("step", Deadline, e => e.GetProperty("step").GetInt64() >= 10);

        await PageShowsItAsync();
        var status = StatusJson.Read(await _http.GetStringAsync("api/status", _cancellation));
        Assert.Equal(
            (started.GetProperty("run_id").GetString(), "running", 25_000L),
            (status.RunId, status.State, status.Progress.TotalSteps)
        );
        Assert.Equal([(0, 0, "w0"), (0, 1, "w1")], status.Workers.Select(w => (w.Replica ?? -1, w.Shard ?? -1, w.Id)));
        Assert.All(status.Workers, w => Assert.Equal((Environment.MachineName, "cpu", 7), (w.Host, w.Device, w.Phases.Count)));
        Assert.InRange(status.Curves.Loss.Count, 1, ThinnedCurve.MostPoints);
        Assert.Equal((ExitCodes.Done, status.RunId), await ReadInTerminalAsync(run));

        await SaveAsync(run, alexnet);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("drain", TokenOf(run)));
        Assert.Equal(ExitCodes.Interrupted, await alexnet.ExitCodeAsync(Deadline));
        Assert.Equal((ExitCodes.Done, status.RunId), await ReadInTerminalAsync(run)); // how it ended is told when nobody answers any more
        Assert.Equal(
            (true, 3),
            (LastStatus.TryRead(run)?.IsOver, LastStatus.TryRead(run)?.Workers.Count(w => w.Health == WorkerHealth.Done) + 1)
        ); // none of them is lost
        Assert.Null(OperatorTokenFile.TryRead(run));
    }

    [Fact]
    public async Task A_run_that_is_stopped_ends_at_once_and_says_who_asked()
    {
        LongTests.Require();
        string run = _folder["run"];
        await using var alexnet = AlexnetProcess.Train(run, LongRun);
        _http.BaseAddress = new Uri((await alexnet.WaitForAsync("started", Deadline)).GetProperty("status_page").GetString() ?? "");
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("stop", TokenOf(run)));
        Assert.Equal(ExitCodes.Failed, await alexnet.ExitCodeAsync(Deadline));
        Assert.Contains("stopped at the status page", alexnet.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", ExitCodes.BadInput, "'nowhere' is neither a URL nor a directory")]
    [InlineData("/", ExitCodes.BadInput, "'/' holds no run: 'metrics.jsonl' is missing")]
    [InlineData("http://127.0.0.1:9", ExitCodes.Failed, "The coordinator at http://127.0.0.1:9/ does not answer")]
    public async Task What_cannot_be_shown_says_why(string where, int exitCode, string expected)
    {
        await using var alexnet = ProgramProcess.Start(ProgramProcess.Beside("alexnet"), ["status", where]);
        Assert.Equal(exitCode, await alexnet.ExitCodeAsync(Deadline));
        Assert.Contains(expected, alexnet.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_says_is_text_and_commands_no_terminal()
    {
        using var server = new HttpListener();
        string address = $"http://127.0.0.1:{FreePorts.Free()}/some/prefix/";
        server.Prefixes.Add(address);
        server.Start();
        await using var alexnet = ProgramProcess.Start(
            ProgramProcess.Beside("alexnet"),
            ["status", address.TrimEnd('/')],
            new Dictionary<string, string?> { ["ALEXNET_OPERATOR_TOKEN"] = "a-token-of-this-run" }
        );
        var asked = await server.GetContextAsync().WaitAsync(Deadline, _cancellation);
        Assert.Equal(
            ("/some/prefix/api/status", "Bearer a-token-of-this-run"),
            (asked.Request.Url?.AbsolutePath, asked.Request.Headers["Authorization"])
        ); // it stays on this machine
        const string evil = @"\u001b]0;PWNED\u0007[red]";
        byte[] status = Encoding.UTF8.GetBytes(
            $$"""
            {"time":"2026-01-01T00:00:00Z","run_id":"r","recipe":"{{evil}}","version":"1","state":"{{evil}}","reason":"{{evil}}",
             "state_seconds":1,"is_over":false,"term":1,"generation":1,
             "restarts":0,"most_restarts":1,"replicas":1,"shards":1,"run_directory":"/","progress":{"step":1,"epochs":1},
             "checkpoints":[],"curves":{},
             "workers":[{"id":"{{evil}}","host":"{{evil}}","process_id":1,"health":"gone","why":"{{evil}}","last_message":"{{evil}}"}],
             "events":[{"time":"2026-01-01T00:00:00Z","kind":"state","title":"{{evil}}","reason":"","is_trouble":true}]}
            """
        );
        await asked.Response.OutputStream.WriteAsync(status, _cancellation);
        asked.Response.Close();
        await alexnet.SucceedAsync(Deadline);
        string text = string.Join('\n', alexnet.Output) + alexnet.Error;
        Assert.DoesNotContain(text, c => char.IsControl(c) && c != '\n');
        Assert.True(text.Split(@"\x1b]0;PWNED\x07[red]").Length > 5, text);
    }

    private async Task PageShowsItAsync()
    {
        using var answer = await _http.GetAsync("", _cancellation);
        string page = await answer.Content.ReadAsStringAsync(_cancellation);
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        foreach (string text in (string[])["<h1>quickstart</h1>", "replica 0, shard 1", "Generation 1 begins", "<path class=\"line a\""])
            Assert.Contains(text, page, StringComparison.Ordinal);
        foreach (string asset in (string[])["assets/status.css", "assets/status.js", "assets/icon.svg"])
            Assert.NotEmpty(await _http.GetStringAsync(asset, _cancellation));
    }

    private async Task SaveAsync(string run, AlexnetProcess alexnet)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync("save", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync("save", "another run's"));
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync("save", TokenOf(run), origin: "http://evil.example"));
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("burn", TokenOf(run)));
        Assert.DoesNotContain(alexnet.Events, e => e.GetProperty("event").GetString() == "checkpoint");
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("save", TokenOf(run)));
        var saved = await alexnet.WaitForAsync("checkpoint", Deadline);
        Assert.Null(saved.GetProperty("problem").GetString());
        var status = StatusJson.Read(await _http.GetStringAsync("api/status", _cancellation));
        Assert.Equal((saved.GetProperty("step").GetInt64(), "whole"), (status.Checkpoints[0].Step, status.Checkpoints[0].State));
        Assert.Null(status.Pending);
    }

    private async Task<HttpStatusCode> PostAsync(string action, string? token, string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"actions/{action}");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using var answer = await _http.SendAsync(request, _cancellation);
        return answer.StatusCode;
    }

    private static async Task<(int ExitCode, string? RunId)> ReadInTerminalAsync(string run)
    {
        await using var status = ProgramProcess.Start(ProgramProcess.Beside("alexnet"), ["status", run, "--output", "json"]);
        int code = await status.ExitCodeAsync(Deadline);
        return (code, status.Output.Count == 1 ? StatusJson.Read(status.Output[0]).RunId : null);
    }

    private static string TokenOf(string run) =>
        OperatorTokenFile.TryRead(run) ?? throw new InvalidOperationException("the run has no operator's token");
}
