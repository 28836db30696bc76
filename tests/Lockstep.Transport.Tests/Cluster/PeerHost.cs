using System.Net;
using Lockstep.Transport.Hosting;
using Lockstep.Transport.Mesh;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lockstep.Transport.Tests.Cluster;

/// <summary>A server on a free port of this machine, as a worker has one.</summary>
internal sealed class PeerHost(WebApplication app, ErrorLog errors) : IAsyncDisposable
{
    public string Address { get; } = app.Urls.First();

    public PeerRouter Router => app.Services.GetRequiredService<PeerRouter>();

    /// <summary>Unexpected errors in the server's log.</summary>
    public ErrorLog Errors => errors;

    public static async Task<PeerHost> StartAsync(Action<PeerTransportOptions>? configure = null)
    {
        ErrorLog errors = new();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(errors);
        builder.Services.AddPeerTransport(configure);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ConfigurePeerTransport();
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.MapPeerTransport();
        await app.StartAsync();
        return new(app, errors);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
