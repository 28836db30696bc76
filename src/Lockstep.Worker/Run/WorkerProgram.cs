using Lockstep.Hosting;
using Lockstep.Hosting.Ending;
using Lockstep.Hosting.Security;
using Lockstep.Hosting.Services;
using Lockstep.Torch.Exchanging;
using Lockstep.Transport;
using Lockstep.Transport.Hosting;
using Lockstep.Worker.Applications;
using Lockstep.Worker.Control;
using Lockstep.Worker.Options;
using Lockstep.Worker.Phasing;
using Lockstep.Worker.Watching;

namespace Lockstep.Worker.Run;

/// <summary>A worker as a process: its services, its two ports, and its end.</summary>
public static class WorkerProgram
{
    /// <summary>Runs until the run has ended or somebody ends it; returns the exit code.</summary>
    /// <param name="args">Settings of the command line, such as <c>--listen</c>.</param>
    /// <param name="application">What the worker trains.</param>
    public static async Task<int> RunAsync(string[] args, IApplication application)
    {
        using var signals = EndSignals.Hear(); // first of all, so that none is lost
        VisibleWriter.Install();
        try
        {
            Surroundings.Require();
            var builder = ServiceDefaults.CreateBuilder(args);
            var options = WorkerOptions.From(new Settings(args));
            builder.AddServiceDefaults(options.Endpoints, options.Supervised, signals);
            builder.AddTelemetry(options.Telemetry, WorkerMetrics.MeterName, options.WorkerId, StepTrace.SpanSource, Exchange.SpanSource);
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigurePeerTransport());
            builder.Services.AddAccess(new RunTokens(options.Token, Operator: null), options.Tls, Roles.Worker, Roles.Worker);
            builder.Services.AddSingleton(application);
            builder.Services.AddSingleton(options);
            builder.Services.AddSingleton(services => new ControlAccess(options.Token, services.GetService<TlsIdentity>()));
            builder.Services.AddSingleton<WorkerMetrics>();
            builder.Services.AddSingleton<WorkerOutcome>();
            builder.Services.AddSingleton<Border>();
            builder.Services.AddSingleton<IOrderlyEnd, OrderlyLeave>();
            builder.Services.AddSingleton<RunWorker>();
            builder.Services.AddHostedService<WorkerService>();
            builder.Services.AddPeerTransport(transport => transport.Transport = options.Transport);
            builder
                .Services.AddOptions<PeerTransportOptions>()
                .Configure<ControlAccess>(
                    (transport, access) =>
                    {
                        transport.CallHeaders.Add(BearerToken.Header, BearerToken.Value(options.Token));
                        transport.Connect = access.Tls?.ConnectTo(Roles.Worker);
                    }
                );

            var app = builder.Build();
            app.UseAccess(options.Endpoints);
            app.MapPeerTransport().RequireAuthorization(policy => policy.RequireRole(Roles.Worker));
            app.MapServiceDefaults();
            var outcome = app.Services.GetRequiredService<WorkerOutcome>(); // the services go when the application does
            await app.RunAsync();
            return ProcessEnd.Now(outcome.ExitCode);
        }
        catch (Exception e)
        {
            return ProcessEnd.Now(ProgramExit.Report(e));
        }
    }
}
