using AlexNet.Core.Errors;
using AlexNet.Hosting;
using AlexNet.Transport.Hosting;
using AlexNet.Worker;

try
{
    var builder = WebApplication.CreateSlimBuilder(args);
    var options = WorkerOptions.From(new Settings(args));
    builder.AddServiceDefaults(options.Endpoints, options.Supervised, WorkerMetrics.MeterName);
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigurePeerTransport());
    builder.Services.AddSingleton(options);
    builder.Services.AddSingleton<WorkerMetrics>();
    builder.Services.AddSingleton<WorkerOutcome>();
    builder.Services.AddSingleton<RunWorker>();
    builder.Services.AddHostedService<WorkerService>();
    builder.Services.AddPeerTransport();

    var app = builder.Build();
    app.MapPeerTransport();
    app.MapServiceDefaults();
    var outcome = app.Services.GetRequiredService<WorkerOutcome>(); // the services go when the application does
    await app.RunAsync();
    return outcome.ExitCode;
}
catch (BadInputException e)
{
    Console.Error.WriteLine(e.Message);
    return ExitCodes.BadInput;
}
catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    Console.Error.WriteLine(ServiceEndpoints.PortTaken(e).Message);
    return ExitCodes.BadInput;
}
