using System.Net;
using AlexNet.Testing;

namespace Deployment.Tests.Metrics;

/// <summary>The OTLP/HTTP port of an OpenTelemetry collector, as far as a sender can tell: takes what comes, and keeps it.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<(string Path, byte[] Body)> _received = [];
    private readonly Task _serving;

    public OtlpReceiver()
    {
        Url = $"http://127.0.0.1:{FreePorts.Free()}";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>Everything that was sent to a path so far.</summary>
    public IReadOnlyList<byte[]> At(string path)
    {
        lock (_received)
            return [.. _received.Where(r => r.Path == path).Select(r => r.Body)];
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                lock (_received)
                    _received.Add((context.Request.Url?.AbsolutePath ?? "", body.ToArray()));
                context.Response.ContentType = "application/x-protobuf"; // an empty one is an answer without complaints
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // closed
        }
    }
}
