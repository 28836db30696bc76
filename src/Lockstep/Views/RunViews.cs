using Lockstep.Launching;
using Lockstep.Terminals;
using Spectre.Console;

namespace Lockstep.Views;

/// <summary>Chooses how a run is shown.</summary>
internal static class RunViews
{
    public static IRunView Choose(OutputKind output, TrainRequest request) =>
        output switch
        {
            OutputKind.Json => new JsonView(request),
            _ when Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi => new PlainView(request, Console.Out),
            _ => new LiveView(request, AnsiConsole.Console, () => Foreground.IsHere),
        };
}
