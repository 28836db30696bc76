using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AlexNet.Data.Tests.Downloads;

/// <summary>An HTTP server on this machine that answers as a test wants.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private FileServer(WebApplication application) => _application = application;

    public Uri Address => new(_application.Urls.Single() + "/file");

    /// <summary>The ranges that were asked for, one for each request; empty where none was.</summary>
    public List<string> Ranges { get; } = [];

    /// <param name="answer">Answers each request, whose number it is told, from 0.</param>
    public static async Task<FileServer> StartAsync(Func<HttpContext, int, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new FileServer(builder.Build());
        server._application.Run(context =>
        {
            int number;
            lock (server.Ranges)
            {
                number = server.Ranges.Count;
                server.Ranges.Add(context.Request.Headers.Range.ToString());
            }
            return answer(context, number);
        });
        await server._application.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync();
}
