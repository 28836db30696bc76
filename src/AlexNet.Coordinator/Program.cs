using AlexNet.Coordinator;
using AlexNet.Coordinator.Watching;
using AlexNet.Core.Checkpoints;
using AlexNet.Hosting;

try
{
    var builder = WebApplication.CreateSlimBuilder(args);
    var options = CoordinatorOptions.From(new Settings(args));
    builder.AddServiceDefaults(options.Endpoints, options.Supervised, CoordinatorMetrics.MeterName);
    builder.Services.AddSingleton(options);
    builder.Services.AddSingleton<CoordinatorMetrics>();
    builder.Services.AddSingleton<RunLedger>();
    builder.Services.AddSingleton<RunStore>();
    builder.Services.AddSingleton<StepBook>();
    builder.Services.AddSingleton<RunRecord>();
    builder.Services.AddSingleton(new CheckpointStore(options.RunDirectory));
    builder.Services.AddSingleton<CheckpointCollector>();
    builder.Services.AddSingleton<CheckpointTransfer>();
    builder.Services.AddSingleton<GenerationFormer>();
    builder.Services.AddSingleton<RunDiary>();
    builder.Services.AddSingleton<RunController>();
    builder.Services.AddSingleton<IOrderlyEnd>(services => services.GetRequiredService<RunController>());
    builder.Services.AddHostedService<RunClock>();
    builder.Services.AddStatusPage();
    builder.Services.AddGrpc();

    await using var app = builder.Build();
    app.MapGrpcService<CoordinatorService>();
    app.MapServiceDefaults();
    app.MapStatusPage();
    await app.StartAsync();
    using var address = RunAddress.Record(app, options.RunDirectory);
    app.Services.GetRequiredService<CoordinatorMetrics>();
    Announcement.Write(app);
    await app.WaitForShutdownAsync();
    return app.Services.GetRequiredService<RunController>().ExitCode;
}
catch (Exception e)
{
    return ProgramExit.Report(e);
}
