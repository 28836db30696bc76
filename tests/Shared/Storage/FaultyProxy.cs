using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AlexNet.Testing.Storage;

/// <summary>
/// Stands in front of a server of S3 and makes faults. It also does what that server leaves out and real ones do: it refuses bodies that do
/// not have the checksum of their request, and writes whose condition does not hold.
/// </summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _client = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
        }
    );
    private readonly int _server;
    private readonly ConcurrentDictionary<string, string> _versions = new(); // of each object, by its path
    private readonly SemaphoreSlim _alone = new(1, 1); // s3rver shows an object that is being written, half of it
    private readonly ConcurrentQueue<ProxiedRequest> _requests = new();
    private int _count,
        _faults;

    private FaultyProxy(int server)
    {
        _server = server;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        _app = builder.Build();
        _app.Run(TakeAsync);
    }

    /// <summary>Where it listens.</summary>
    public string Endpoint =>
        _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();

    /// <summary>What is done to each request; nothing by default.</summary>
    public Func<ProxiedRequest, Fault> Faults { get; set; } = _ => Fault.None;

    /// <summary>Every request so far.</summary>
    public IReadOnlyCollection<ProxiedRequest> Requests => _requests;

    /// <summary>Faults made so far.</summary>
    public int FaultsMade => _faults;

    /// <summary>The variables of a process that is to use it.</summary>
    public Dictionary<string, string?> Variables =>
        new()
        {
            ["AWS_ENDPOINT_URL"] = Endpoint,
            ["AWS_ACCESS_KEY_ID"] = S3Server.User,
            ["AWS_SECRET_ACCESS_KEY"] = S3Server.Secret,
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["no_proxy"] = "127.0.0.1",
        };

    /// <summary>
    /// Lets this process know the credentials; several classes of tests have a proxy each, so the endpoint is for them to name.
    /// </summary>
    public void Know()
    {
        foreach (var (name, value) in Variables.Where(v => v.Key != "AWS_ENDPOINT_URL"))
            Environment.SetEnvironmentVariable(name, value);
    }

    public static async Task<FaultyProxy> StartAsync(S3Server server)
    {
        var proxy = new FaultyProxy(server.Port);
        await proxy._app.StartAsync();
        return proxy;
    }

    /// <summary>The first so many requests that fit meet a fault.</summary>
    public void Strike(Fault fault, int times, Func<ProxiedRequest, bool> fits)
    {
        int left = times;
        Faults = request => fits(request) && Interlocked.Decrement(ref left) >= 0 ? fault : Fault.None;
    }

    /// <summary>So many of a hundred requests meet a fault that passes, drawn from a seed.</summary>
    public void StrikeAtRandom(int percent, int seed)
    {
        var random = new Random(seed);
        Fault[] passing = [Fault.CutBefore, Fault.CutAnswer, Fault.Busy, Fault.SpoilAnswer, Fault.SpoilRequest];
        Faults = request =>
        {
            lock (random)
            {
                var (isStruck, fault) = (random.Next(100) < percent, passing[random.Next(passing.Length)]);
                bool fits = fault switch
                {
                    Fault.SpoilAnswer => request.IsDownload,
                    Fault.SpoilRequest => request.IsUpload,
                    _ => true,
                };
                return !isStruck ? Fault.None
                    : fits ? fault
                    : Fault.Busy;
            }
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
        _alone.Dispose();
    }

    private async Task TakeAsync(HttpContext context)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = new ProxiedRequest(Interlocked.Increment(ref _count), context.Request.Method, target);
        _requests.Enqueue(request);
        var fault = Faults(request);
        if (fault != Fault.None)
            Interlocked.Increment(ref _faults);
        byte[] body = await ReadAsync(context.Request.Body);
        switch (fault)
        {
            case Fault.CutBefore:
                context.Abort();
                return;
            case Fault.Busy:
                await RefuseAsync(context, 503, "SlowDown");
                return;
            case Fault.Expired:
                await RefuseAsync(context, 403, "ExpiredToken");
                return;
            case Fault.Denied:
                await RefuseAsync(context, 403, "AccessDenied");
                return;
            case Fault.SpoilRequest when body.Length > 0:
                body[body.Length / 2] ^= 1;
                break;
        }

        if (WhyRefused(context.Request, body) is { } code)
        {
            await RefuseAsync(context, 400, code);
            return;
        }

        using var answer = await ForwardAsync(context, target, body);
        if (answer is null)
            await RefuseAsync(context, 412, "PreconditionFailed");
        else
            await AnswerAsync(context, answer, fault);
    }

    /// <summary>Passes a request on; null where its condition does not hold.</summary>
    private async Task<HttpResponseMessage?> ForwardAsync(HttpContext context, string target, byte[] body)
    {
        string path = target.Split('?')[0];
        var headers = context.Request.Headers;
        bool isWrite = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        await _alone.WaitAsync();
        try
        {
            string? there = _versions.GetValueOrDefault(path);
            bool fails = (headers.IfNoneMatch == "*" && there is not null) || (headers.IfMatch.Count > 0 && headers.IfMatch != there);
            if (isWrite && fails)
                return null;
            var answer = await SendAsync(context.Request, target, body);
            if (isWrite)
                Remember(context.Request.Method, target, path, answer);
            return answer;
        }
        finally
        {
            _alone.Release();
        }
    }

    private void Remember(string method, string target, string path, HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode)
            return;
        if (HttpMethods.IsDelete(method) && !target.Contains('?'))
            _versions.TryRemove(path, out _);
        else if (HttpMethods.IsPut(method) && !target.Contains("partNumber", StringComparison.Ordinal))
            _versions[path] = answer.Headers.ETag?.ToString() ?? "";
        else if (HttpMethods.IsPost(method) && target.Contains("uploadId", StringComparison.Ordinal))
            _versions[path] = "joined";
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequest request, string target, byte[] body)
    {
        var address = new Uri(
            $"http://127.0.0.1:{_server}{target}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
        );
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), address);
        if (body.Length > 0 || request.ContentLength == 0)
            message.Content = new ByteArrayContent(body);
        foreach (var (name, value) in request.Headers.Where(h => h.Key is not ("Content-Length" or "Transfer-Encoding" or "Expect")))
        {
            if (!message.Headers.TryAddWithoutValidation(name, value.ToArray()))
                message.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
        }

        return await _client.SendAsync(message, HttpCompletionOption.ResponseContentRead);
    }

    private static async Task AnswerAsync(HttpContext context, HttpResponseMessage answer, Fault fault)
    {
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        context.Response.StatusCode = (int)answer.StatusCode;
        var headers = answer.Headers.Concat(answer.Content.Headers);
        foreach (var (name, values) in headers.Where(h => h.Key is not ("Transfer-Encoding" or "Connection")))
            context.Response.Headers[name] = values.ToArray();
        if (!HttpMethods.IsHead(context.Request.Method))
            context.Response.ContentLength = body.Length;
        switch (fault)
        {
            case Fault.SpoilAnswer when body.Length > 0:
                body[body.Length / 2] ^= 1;
                break;
            case Fault.CutAnswer when body.Length == 0:
                context.Abort();
                return;
            case Fault.CutAnswer or Fault.Stall:
                await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
                await context.Response.Body.FlushAsync();
                if (fault == Fault.Stall)
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.Abort();
                return;
        }

        if (!HttpMethods.IsHead(context.Request.Method) && body.Length > 0)
            await context.Response.Body.WriteAsync(body);
    }

    /// <summary>As a real store does: what was sent must be what has arrived.</summary>
    private static string? WhyRefused(HttpRequest request, byte[] body)
    {
        byte[] hash = SHA256.HashData(body);
        string signed = request.Headers["x-amz-content-sha256"].ToString(),
            sum = request.Headers["x-amz-checksum-sha256"].ToString();
        if (HttpMethods.IsPut(request.Method) && sum.Length == 0)
            return "MissingChecksum"; // ours always have one
        return sum.Length > 0 && sum != Convert.ToBase64String(hash) ? "BadDigest"
            : signed.Length == 64 && signed != Convert.ToHexStringLower(hash) ? "XAmzContentSHA256Mismatch"
            : null;
    }

    private static Task RefuseAsync(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(
            $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>made by the proxy</Message></Error>"
        );
    }

    private static async Task<byte[]> ReadAsync(Stream body)
    {
        using var buffer = new MemoryStream();
        await body.CopyToAsync(buffer);
        return buffer.ToArray();
    }
}
