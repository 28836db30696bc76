using Grpc.AspNetCore.Server;
using Lockstep.Core.Runs;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Lockstep.Hosting.Security;

/// <summary>The doors of a service: who may connect, who may call what, and how often.</summary>
public static partial class ServiceAccess
{
    /// <param name="services">The services of the program to be.</param>
    /// <param name="tokens">The tokens of its run.</param>
    /// <param name="tls">Its certificate; null for none.</param>
    /// <param name="role">What it is itself.</param>
    /// <param name="callers">The roles that may connect to its gRPC port.</param>
    public static void AddAccess(this IServiceCollection services, RunTokens tokens, TlsFiles? tls, string role, params string[] callers)
    {
        services.AddSingleton(tokens);
        services.AddSingleton<Access>();
        services.AddSingleton<RefusalLog>();
        services.AddSingleton<PortGuard>();
        services.AddRateLimiter(CallRate.Limit);
        if (tls is not null)
        {
            services.AddSingleton(provider => new TlsIdentity(tls, role, provider.GetRequiredService<ILogger<TlsIdentity>>()));
            services.AddSingleton(provider => ActivatorUtilities.CreateInstance<TlsPort>(provider, (IReadOnlyCollection<string>)callers));
        }
        services.AddSingleton<CallErrors>();
        services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<CallErrors>());
        // of a caller without a token the framework tells at each call, though it may only ask for health; who is turned away the refusals
        // tell
        services.AddLogging(logging =>
            logging.AddFilter(CallErrors.Replaced, LogLevel.None).AddFilter(typeof(RunAuthentication).FullName, LogLevel.Warning)
        );
        AddAuthentication(services);
        services.AddAuthorization();
    }

    /// <summary>Puts the doors in front of everything that is mapped, and warns of what stands open.</summary>
    public static void UseAccess(this WebApplication app, ServiceEndpoints endpoints)
    {
        app.UseRateLimiter();
        app.UseRouting();
        app.Use(KeepToThePort);
        app.UseAuthentication();
        app.UseAuthorization();
        Warn(app, endpoints);
    }

    /// <summary>
    /// As AddAuthentication would, but without the keys that protect cookies: here are none, and each start would make and warn of them.
    /// </summary>
    private static void AddAuthentication(IServiceCollection services)
    {
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = RunAuthentication.Name);
        services.AddWebEncoders();
        services.TryAddSingleton(TimeProvider.System);
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, RunAuthentication>(RunAuthentication.Name, null);
    }

    /// <summary>The gRPC port serves gRPC alone: metrics and pages are asked for at the other, which may listen elsewhere.</summary>
    private static Task KeepToThePort(HttpContext context, RequestDelegate next)
    {
        if (
            !HttpProtocol.IsHttp2(context.Request.Protocol) || context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is not null
        )
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static void Warn(WebApplication app, ServiceEndpoints endpoints)
    {
        if (System.Net.IPAddress.IsLoopback(endpoints.Grpc.Address))
            return;
        var (tokens, logger) = (app.Services.GetRequiredService<RunTokens>(), app.Services.GetRequiredService<ILogger<Access>>());
        if (app.Services.GetService<TlsIdentity>() is null)
        {
            LogNoTls(
                logger,
                endpoints.Grpc,
                Settings.VariableOf("tls-cert"),
                Settings.VariableOf("tls-key"),
                Settings.VariableOf("tls-ca"),
                RunHints.Program
            );
        }

        if (tokens.AreWeak)
            LogWeak(logger, endpoints.Grpc);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "The service listens at {Endpoint} WITHOUT TLS: whoever can read this network can read the run's token and join the run. If you "
            + "do not trust every host of the network, give {Cert}, {Key} and {Ca} ('{Program} certs' makes such files)."
    )]
    private static partial void LogNoTls(
        ILogger logger,
        System.Net.IPEndPoint endpoint,
        string cert,
        string key,
        string ca,
        string program
    );

    [LoggerMessage(
        LogLevel.Warning,
        "The service listens at {Endpoint} with a token of fewer than 16 characters, which can be guessed; 'openssl rand -hex 32' makes "
            + "a good one."
    )]
    private static partial void LogWeak(ILogger logger, System.Net.IPEndPoint endpoint);
}
