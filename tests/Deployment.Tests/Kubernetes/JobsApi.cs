using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AlexNet.Testing;

namespace Deployment.Tests.Kubernetes;

/// <summary>As much of Kubernetes' API as kubectl needs to list, watch and patch the Jobs of the namespace alexnet.</summary>
internal sealed class JobsApi : IAsyncDisposable
{
    private const string Jobs = "/apis/batch/v1/namespaces/alexnet/jobs";

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, JsonObject> _jobs = [];
    private readonly TaskCompletionSource<JsonNode?> _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<(string Job, string Patch)> _patched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _watched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _serving;

    public JobsApi(params string[] names)
    {
        foreach (string name in names)
            _jobs[name] = Job(name, []);
        Url = $"http://127.0.0.1:{FreePorts.Free()}";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>The first patch: of which Job, and what it says.</summary>
    public Task<(string Job, string Patch)> Patched => _patched.Task;

    /// <summary>Whether somebody watches the Jobs.</summary>
    public Task Watched => _watched.Task;

    /// <summary>Gives a Job conditions; whoever watches is told.</summary>
    public void Set(string name, params string[] conditions)
    {
        _jobs[name] = Job(name, conditions);
        _change.TrySetResult(_jobs[name]);
    }

    public async ValueTask DisposeAsync()
    {
        _change.TrySetResult(null);
        _closed.TrySetResult();
        _listener.Close();
        await _serving;
    }

    private static JsonObject Job(string name, string[] conditions) =>
        new()
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = "alexnet",
                ["resourceVersion"] = "1",
            },
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray([.. conditions.Select(c => new JsonObject { ["type"] = c, ["status"] = "True" })]),
            },
        };

    private async Task ServeAsync()
    {
        var answers = new List<Task>();
        try
        {
            while (true)
                answers.Add(AnswerAsync(await _listener.GetContextAsync()));
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        string path = context.Request.Url?.AbsolutePath ?? "";
        context.Response.ContentType = "application/json";
        try
        {
            if (path == Jobs && context.Request.QueryString["watch"] is not null)
            {
                await WriteAsync(context, "\n"); // sends the headers; an empty chunk would be the last
                _watched.TrySetResult();
                if (await _change.Task is { } job)
                    await WriteAsync(context, new JsonObject { ["type"] = "MODIFIED", ["object"] = job.DeepClone() }.ToJsonString() + "\n");
                await _closed.Task; // a watch stays open
                context.Response.Abort();
                return;
            }

            if (context.Request.HttpMethod == "PATCH")
            {
                using var reader = new StreamReader(context.Request.InputStream);
                _patched.TrySetResult((Path.GetFileName(path), await reader.ReadToEndAsync()));
            }
            await WriteAsync(context, Answer(path));
            context.Response.Close(); // which ends the answer, where Abort may cut it
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // kubectl has gone
        }
    }

    private string Answer(string path) =>
        path switch
        {
            "/api" => """{"kind":"APIVersions","versions":["v1"]}""",
            "/apis" => """
                {"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"batch","versions":[{"groupVersion":"batch/v1","version":"v1"}],
                "preferredVersion":{"groupVersion":"batch/v1","version":"v1"}}]}
                """,
            "/apis/batch/v1" => """
                {"kind":"APIResourceList","apiVersion":"v1","groupVersion":"batch/v1","resources":[{"name":"jobs","singularName":"job",
                "namespaced":true,"kind":"Job","verbs":["get","list","patch","watch"]}]}
                """,
            Jobs => new JsonObject
            {
                ["kind"] = "JobList",
                ["apiVersion"] = "batch/v1",
                ["metadata"] = new JsonObject { ["resourceVersion"] = "1" },
                ["items"] = new JsonArray([.. _jobs.Values.Select(j => j.DeepClone())]),
            }.ToJsonString(),
            _ when path.StartsWith(Jobs + "/", StringComparison.Ordinal) => JsonSerializer.Serialize(_jobs[Path.GetFileName(path)]),
            _ => """{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"v1","resources":[]}""",
        };

    private static async Task WriteAsync(HttpListenerContext context, string text)
    {
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(text));
        await context.Response.OutputStream.FlushAsync();
    }
}
