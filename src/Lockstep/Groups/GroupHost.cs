using System.Net;
using System.Net.Sockets;
using Lockstep.Hosting.Security;
using Lockstep.Hosting.Services;
using Lockstep.Transport.Hosting;
using Lockstep.Transport.Mesh;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Lockstep.Groups;

/// <summary>Where the other members of a group reach this one: a server inside the user's process, which leaves signals alone.</summary>
internal sealed class GroupHost : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2); // for connections to close

    private readonly WebApplication _app;

    private GroupHost(WebApplication app, Uri address) => (_app, Address) = (app, address);

    /// <summary>Under which the others reach it.</summary>
    public Uri Address { get; }

    /// <summary>With what it calls the others.</summary>
    public ControlAccess Access => _app.Services.GetRequiredService<ControlAccess>();

    public PeerRouter Router => _app.Services.GetRequiredService<PeerRouter>();

    public ILogger<PeerMesh> MeshLogger => _app.Services.GetRequiredService<ILogger<PeerMesh>>();

    /// <summary>Begins to listen.</summary>
    /// <param name="options">Those of the group; they are right, and it has more than one member.</param>
    /// <param name="desk">Where the members arrive, at member 0; the others have none.</param>
    /// <param name="loggers">Where it logs; warnings to the console when null.</param>
    /// <param name="cancellation">Ends the start.</param>
    /// <exception cref="Core.Errors.BadInputException">An address cannot be listened at, or a certificate not be used.</exception>
    public static async Task<GroupHost> StartAsync(
        GroupOptions options,
        RendezvousDesk? desk,
        ILoggerFactory? loggers,
        CancellationToken cancellation
    )
    {
        var rendezvous = options.Rendezvous
            ?? throw new ArgumentException("a group of several members needs a rendezvous.", nameof(options));
        var own = await LocalAddressTo(rendezvous, cancellation);
        var endpoints = new ServiceEndpoints(
            desk is null ? new IPEndPoint(own, 0)
                : IPAddress.IsLoopback(own) ? new IPEndPoint(own, rendezvous.Port)
                : new IPEndPoint(IPAddress.Any, rendezvous.Port),
            new IPEndPoint(IPAddress.Loopback, 0)
        );
        endpoints.RequireUsable();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        if (loggers is not null)
            builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(endpoints.Listen);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigurePeerTransport());
        builder.Services.AddSingleton<IHostLifetime, Unled>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        builder.Services.AddAccess(new RunTokens(options.Token, Operator: null), options.Tls, Roles.Worker, Roles.Worker);
        builder.Services.AddSingleton(services => new ControlAccess(options.Token, services.GetService<TlsIdentity>()));
        builder.Services.AddPeerTransport(transport => transport.Transport = options.Transport);
        builder
            .Services.AddOptions<Transport.PeerTransportOptions>()
            .Configure<ControlAccess>(
                (transport, access) =>
                {
                    transport.CallHeaders.Add(BearerToken.Header, BearerToken.Value(options.Token));
                    transport.Connect = access.Tls?.ConnectTo(Roles.Worker);
                }
            );
        if (desk is not null)
            builder.Services.AddSingleton(desk);

        var app = builder.Build();
        app.UseAccess(endpoints);
        app.MapPeerTransport().RequireAuthorization(policy => policy.RequireRole(Roles.Worker));
        if (desk is not null)
            app.MapGrpcService<RendezvousService>().RequireAuthorization(policy => policy.RequireRole(Roles.Worker));
        await app.StartAsync(cancellation);
        var (bound, _) = app.Services.GetRequiredService<IServer>().BoundAddresses(options.Advertise ?? own.ToString());
        return new GroupHost(app, bound);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>The address of this machine from which it reaches a host; nothing is sent.</summary>
    private static async Task<IPAddress> LocalAddressTo(Uri address, CancellationToken cancellation)
    {
        try
        {
            var found = await Dns.GetHostAddressesAsync(address.DnsSafeHost, AddressFamily.InterNetwork, cancellation);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            await probe.ConnectAsync(new IPEndPoint(found[0], address.Port), cancellation);
            return ((IPEndPoint?)probe.LocalEndPoint)?.Address ?? IPAddress.Loopback;
        }
        catch (SocketException e)
        {
            throw new Core.Errors.BadInputException(
                $"the rendezvous {address} cannot be reached from this machine: {e.Message}. Give the address where member 0 listens."
            );
        }
    }

    /// <summary>Signals end the user's process, not this server.</summary>
    private sealed class Unled : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
