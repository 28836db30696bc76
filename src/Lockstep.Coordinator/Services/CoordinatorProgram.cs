using Lockstep.Coordinator.Checkpoints;
using Lockstep.Coordinator.Recording;
using Lockstep.Coordinator.Run;
using Lockstep.Coordinator.Watching;
using Lockstep.Coordinator.Watching.Serving;
using Lockstep.Core.Recipes;
using Lockstep.Hosting;
using Lockstep.Hosting.Ending;
using Lockstep.Hosting.Security;
using Lockstep.Hosting.Services;
using Lockstep.Objects.Runs;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace Lockstep.Coordinator.Services;

/// <summary>The coordinator as a process: its services, its two ports, and its end.</summary>
public static class CoordinatorProgram
{
    /// <summary>Runs until the run has ended or somebody ends it; returns the exit code.</summary>
    /// <param name="args">Settings of the command line, such as <c>--listen</c>.</param>
    /// <param name="recipes">Reads those of the application.</param>
    public static async Task<int> RunAsync(string[] args, IRecipeReader<RunRecipe> recipes)
    {
        using var signals = EndSignals.Hear(); // first of all, so that none is lost
        VisibleWriter.Install();
        try
        {
            Surroundings.Require();
            var builder = ServiceDefaults.CreateBuilder(args);
            var options = CoordinatorOptions.From(new Settings(args), recipes);
            // who supervises it holds the lock
            using var held = options.Supervised ? null : RunLock.Take(options.RunDirectory, TimeSpan.FromSeconds(2));
            await using var led = options.Remote is { } remote
                ? await LedRun.LeadAsync(remote, options.RunDirectory, Console.Error.WriteLine)
                : null;
            builder.Services.AddSingleton(new RunBucket(led));
            builder.AddServiceDefaults(options.Endpoints, options.Supervised, signals);
            builder.AddTelemetry(options.Telemetry, CoordinatorMetrics.MeterName, Environment.MachineName);
            builder.Services.AddAccess(options.Tokens, options.Tls, Roles.Coordinator, Roles.Worker, Roles.Operator);
            builder.Services.AddSingleton(options);
            builder.Services.AddSingleton<CoordinatorMetrics>();
            builder.Services.AddSingleton<RunLedger>();
            builder.Services.AddSingleton<RunFiles>();
            builder.Services.AddSingleton<GoodputRecorder>();
            builder.Services.AddSingleton<RunRecorder>();
            builder.Services.AddSingleton(new CheckpointStore(options.RunDirectory));
            builder.Services.AddSingleton<CheckpointPublisher>();
            builder.Services.AddSingleton<CheckpointTransfer>();
            builder.Services.AddSingleton<EventStream>();
            builder.Services.AddSingleton<ProcessEnding>();
            builder.Services.AddSingleton<RunEffects>();
            builder.Services.AddSingleton(services =>
                RunPast.Of(
                    services.GetRequiredService<RunLedger>(),
                    services.GetRequiredService<RunFiles>(),
                    services.GetRequiredService<CheckpointStore>()
                )
            );
            builder.Services.AddSingleton(services =>
                ActivatorUtilities.CreateInstance<RunLoop>(services, services.GetRequiredService<SteadyClock>())
            );
            builder.Services.AddSingleton<IOrderlyEnd>(services => services.GetRequiredService<RunLoop>());
            builder.Services.AddHostedService<RunClock>();
            builder.Services.AddStatusPage();
            builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = CoordinatorService.MostMessageBytes);

            await using var app = builder.Build();
            foreach (string problem in options.Timings.Violations())
                app.Logger.TimesOutOfOrder(problem);
            app.UseAccess(options.Endpoints);
            app.MapGrpcService<CoordinatorService>();
            app.MapServiceDefaults();
            app.MapStatusPage();
            await app.StartAsync();
            LastStatus.Forget(options.RunDirectory);
            using var address = RunAddress.Record(app, options.RunDirectory);
            app.Lifetime.ApplicationStopping.Register(() =>
            {
                address.Dispose();
                OperatorTokenFile.Delete(options.RunDirectory, options.Tokens.Operator); // of a command line that was killed
            });
            app.Services.GetRequiredService<CoordinatorMetrics>();
            Announcement.Write(app);
            await app.WaitForShutdownAsync();
            LastStatus.Write(options.RunDirectory, await app.Services.GetRequiredService<StatusReporter>().NowAsync());
            var ledger = app.Services.GetRequiredService<RunLedger>();
            await app.Services.GetRequiredService<RunBucket>().FinishAsync(ledger.Copy(), app.Logger.BucketNotFinished);
            return app.Services.GetRequiredService<RunLoop>().ExitCode;
        }
        catch (Exception e)
        {
            return ProgramExit.Report(e);
        }
    }
}
