using AlexNet.Cli.Launching;

namespace AlexNet.Cli.Views;

/// <summary>Chooses how a run is shown.</summary>
internal static class RunViews
{
    public static IRunView Choose(OutputKind output, TrainRequest request) => output switch
    {
        OutputKind.Json => new JsonView(request),
        _ when Console.IsOutputRedirected => new PlainView(request, Console.Out),
        _ => new LiveView(request, Spectre.Console.AnsiConsole.Console),
    };
}
